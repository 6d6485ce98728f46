import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { AuthHealthIndicator, type AuthModuleOptions, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, withApp } from '../support/app.js';
import { freePorts } from '../support/free-port.js';
import { startLdapDirectory } from '../support/ldap-directory.js';
import { ldapConfig } from '../support/ldap-facts.js';
import { startRestartable } from '../support/restartable-server.js';
import { createKey, mint } from '../support/tokens.js';

@ServiceAuth({ auth: false })
@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(AuthHealthIndicator) private readonly auth: AuthHealthIndicator,
  ) {}

  @Get('ready')
  @HealthCheck({ noCache: true })
  ready() {
    return this.health.check([() => this.auth.jwks(), () => this.auth.introspection(), () => this.auth.ldap()]);
  }

  @Get('all')
  all() {
    return this.auth.check('everything');
  }
}

@ServiceAuth({ auth: ['dependent'] })
@Controller('guarded')
class GuardedController {
  @Get()
  find() {
    return 'found';
  }
}

const moduleOf = (dependent: NonNullable<AuthModuleOptions['schemes']>[string]) =>
  appModule({
    auth: { schemes: { dependent } },
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController, GuardedController],
  });

async function readiness(url: string) {
  const response = await fetch(`${url}/health/ready`);
  const { details } = (await response.json()) as { details: Record<string, unknown> };
  return { status: response.status, ...details };
}

/** Asks again until the answer has the status: at most some seconds. */
async function becomes(url: string, status: number) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await readiness(url);
    if (answer.status === status) return answer;
    await sleep(50);
  }
  throw new Error(`The readiness never became ${status}.`);
}

const NOTHING_TO_ASK = { status: 'up', schemes: {} };

describe.each(ADAPTERS)('the health of what schemes depend on, on %s,', (adapter) => {
  it('is up with keys, stays up with those when the key set fails, and shows how old they are', async () => {
    const key = createKey('ES256');
    const server = await startRestartable((_, response) => response.end(JSON.stringify({ keys: [key.jwk] })));
    const jwksConfig = { url: server.url, preload: true, cacheConfig: { defaultMaxAge: 0.05 } };
    await withApp(adapter, moduleOf({ jwtValidatorConfig: { signatureConfig: { jwksConfig } } }), async ({ url }) => {
      const fresh = { dependency: 'jwks', status: 'up', keys: 'fresh', usable: 1 };
      expect(await readiness(url)).toEqual({
        status: 200,
        jwks: { status: 'up', schemes: { dependent: fresh } },
        introspection: NOTHING_TO_ASK,
        ldap: NOTHING_TO_ASK,
      });
      await server.stop();
      const stale = { status: 'up', schemes: { dependent: { ...fresh, status: 'degraded', keys: 'stale' } } };
      for (let attempt = 0; attempt < 100; attempt++) {
        const { jwks, status } = (await readiness(url)) as { jwks: typeof stale; status: number };
        expect(status).toBe(200);
        if (jwks.schemes.dependent.keys === 'stale') return expect(jwks).toEqual(stale);
        await sleep(20);
      }
      throw new Error('The keys never became stale.');
    });
  });

  it('is down without keys, and has them fetched though no request comes any more', async () => {
    const key = createKey('ES256');
    const server = await startRestartable((_, response) => response.end(JSON.stringify({ keys: [key.jwk] })));
    await server.stop();
    await withApp(adapter, moduleOf({ jwtValidatorConfig: { signatureConfig: { jwksConfig: { url: server.url } } } }), async ({ url }) => {
      const down = { dependency: 'jwks', status: 'down', keys: 'none', usable: 0 };
      expect(await readiness(url)).toMatchObject({ status: 503, jwks: { status: 'down', schemes: { dependent: down } } });
      await server.start();
      await becomes(url, 200);
      const authorization = `Bearer ${await mint(key)}`;
      expect((await fetch(`${url}/guarded`, { headers: { authorization } })).status).toBe(200);
      await server.stop();
    });
  });

  it('is down while the circuit breaker of an introspection endpoint is open, and not for good', async () => {
    const server = await startRestartable((_, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ active: true })),
    );
    await withApp(adapter, moduleOf({ oauth2IntrospectionConfig: { url: server.url } }), async ({ url }) => {
      const of = (status: string, breaker: string) => ({ schemes: { dependent: { dependency: 'introspection', status, breaker } } });
      expect(await readiness(url)).toMatchObject({ status: 200, introspection: of('up', 'closed') });
      await server.stop();
      for (const _ of [1, 2, 3, 4, 5]) await fetch(`${url}/guarded`, { headers: { authorization: 'Bearer x' } });
      expect(await readiness(url)).toMatchObject({ status: 503, introspection: { status: 'down', ...of('down', 'open') } });
      const { now } = Date;
      const later = jest.spyOn(Date, 'now').mockImplementation(() => now() + 5000);
      // Whoever kept requests away now lets one through, which finds out.
      expect(await readiness(url)).toMatchObject({ status: 200, introspection: of('degraded', 'half_open') });
      later.mockRestore();
    });
  });

  it('is down when a directory cannot be connected to, before anybody logs in', async () => {
    const directory = await startLdapDirectory();
    await withApp(adapter, moduleOf({ ldapUserStoreConfig: ldapConfig(directory.url) }), async ({ url }) => {
      const up = { dependency: 'ldap', status: 'up', breaker: 'closed', connection: 'possible' };
      expect(await readiness(url)).toMatchObject({ status: 200, ldap: { schemes: { dependent: up } } });
      await directory.stop();
      const down = { ...up, status: 'down', connection: 'impossible' };
      // However often it is asked: a check opens no circuit breaker.
      for (const _ of [1, 2, 3, 4, 5, 6])
        expect(await readiness(url)).toMatchObject({ status: 503, ldap: { status: 'down', schemes: { dependent: down } } });
    });
  });

  it('tells strangers no address, no name of a host and no message of an error', async () => {
    const [port] = await freePorts(1);
    await withApp(adapter, moduleOf({ ldapUserStoreConfig: ldapConfig(`ldap://localhost:${port}`) }), async ({ url }) => {
      const text = await (await fetch(`${url}/health/all`)).text();
      expect(JSON.parse(text)).toMatchObject({ everything: { status: 'down' } });
      expect(text).not.toMatch(new RegExp(`${port}|localhost|127\\.0|ECONN`));
    });
  });
});
