import { Controller, Get } from '@nestjs/common';
import { AuthModule, type AuthModuleOptions, CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, type AdapterName, startApp } from '../support/adapters.js';
import { RecordingSink } from '../support/app.js';
import { startLdapDirectory } from '../support/ldap-directory.js';
import { ldapConfig } from '../support/ldap-facts.js';
import { startRestartable } from '../support/restartable-server.js';
import { createKey, mint } from '../support/tokens.js';
import { Traffic, type TrafficAnswer } from '../support/traffic.js';
import { basic } from '../support/users-file.js';

/** Something that an application depends on, and that can be down. */
interface Dependency {
  readonly scheme: NonNullable<AuthModuleOptions['schemes']>[string];
  /** The `Authorization` header of somebody who should be let in. */
  authorization(): string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The answers before, during and after an outage, and all of them together. */
interface Outage {
  readonly before: readonly TrafficAnswer[];
  readonly during: readonly TrafficAnswer[];
  readonly after: readonly TrafficAnswer[];
  readonly all: readonly TrafficAnswer[];
}

/** The issuer changes its key just when nobody can fetch it: with the old one, everything would go on for an hour. */
async function keySet(): Promise<Dependency> {
  const [old, current] = [createKey('ES256'), createKey('ES256')];
  const claims = { exp: Math.floor(Date.now() / 1000) + 300 };
  const tokens = [await mint(old, claims), await mint(current, claims)];
  let published = 0;
  const server = await startRestartable((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [[old, current][published]?.jwk] }));
  });
  return {
    ...server,
    scheme: { jwtValidatorConfig: { signatureConfig: { jwksConfig: { url: server.url } } } },
    authorization: () => `Bearer ${tokens[published]}`,
    stop: async () => {
      await server.stop();
      published = 1;
    },
  };
}

async function introspection(): Promise<Dependency> {
  const server = await startRestartable((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ active: true, sub: 'alice' }));
  });
  return { ...server, scheme: { oauth2IntrospectionConfig: { url: server.url } }, authorization: () => 'Bearer good' };
}

async function directory(): Promise<Dependency> {
  let running = await startLdapDirectory();
  const { port, url } = running;
  // A millisecond is the least that a login can be remembered: whoever is remembered does not notice the outage.
  const forgetful = { failedLogins: false, cacheConfig: { defaultMaxAge: 0.001 } } as const;
  return {
    scheme: { ldapUserStoreConfig: ldapConfig(url, { ...forgetful, connectionPoolingEnabled: true }) },
    authorization: () => basic('ldclakmal', 'ldclakmal@123'),
    stop: () => running.stop(),
    start: async () => {
      running = await startLdapDirectory({ port });
    },
  };
}

@ServiceAuth({ auth: ['dependent'] })
@Controller('guarded')
class GuardedController {
  @Get()
  who(@CurrentPrincipal() { username }: Principal) {
    return { username };
  }
}

const DEPENDENCIES: Readonly<Record<string, () => Promise<Dependency>>> = {
  'the key set of the issuer': keySet,
  'the introspection endpoint': introspection,
  'the LDAP directory': directory,
};

/** How long it may take until somebody is let in again, in milliseconds. */
const PATIENCE = 20_000;

async function sufferOutage(adapter: AdapterName, startDependency: () => Promise<Dependency>): Promise<Outage> {
  const dependency = await startDependency();
  const options: AuthModuleOptions = { schemes: { dependent: dependency.scheme } };
  class AppModule {}
  const module = {
    module: AppModule,
    imports: [AuthModule.forRoot({ ...options, eventSink: RecordingSink })],
    controllers: [GuardedController],
  };
  const { app, url } = await startApp(adapter, module);
  const traffic = new Traffic(`${url}/guarded`, () => dependency.authorization());
  try {
    const before = await traffic.next(10);
    await dependency.stop();
    const during = await traffic.next(10);
    await dependency.start();
    await traffic.until(200, PATIENCE);
    const after = await traffic.next(10);
    return { before, during, after, all: await traffic.end() };
  } finally {
    await traffic.end();
    await app.close();
    await dependency.stop();
  }
}

const statusesOf = (answers: readonly TrafficAnswer[]): number[] => [...new Set(answers.map(({ status }) => status))].sort();

describe.each(Object.keys(DEPENDENCIES))('%s is down in mid-traffic', (name) => {
  // Both at once: an outage is a matter of seconds.
  const outages = new Map<AdapterName, Outage>();
  beforeAll(async () => {
    const suffer = async (adapter: AdapterName) => void outages.set(adapter, await sufferOutage(adapter, DEPENDENCIES[name]!));
    await Promise.all(ADAPTERS.map(suffer));
  }, 60_000);

  it.each(ADAPTERS)('everybody gets 503 on %s, with a time to come back', (adapter) => {
    const { before, during } = outages.get(adapter)!;
    expect(statusesOf(before)).toEqual([200]);
    expect(statusesOf(during)).toEqual([503]);
    for (const { retryAfter } of during) expect(retryAfter).toMatch(/^[1-9]\d*$/);
  });

  it.each(ADAPTERS)('everybody is let in again on %s when it is back, without a restart, and nobody was ever refused', (adapter) => {
    const { after, all } = outages.get(adapter)!;
    expect(statusesOf(after)).toEqual([200]);
    expect(statusesOf(all)).toEqual([200, 503]);
  });
});
