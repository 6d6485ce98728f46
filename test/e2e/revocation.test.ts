import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { type AuthModuleOptions, AuthService, ServiceAuth } from 'nest-service-auth';
import { redisState } from 'nest-service-auth/redis';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { describeIfOnPath } from '../support/on-path.js';
import { type ConnectedClient, connectIoredis, REDIS_CLIENTS } from '../support/redis-clients.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const key = createSecret('HS256');
const { iss, aud } = goodClaims();

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Orders {
  @Get()
  list() {
    return 'orders';
  }
}

const moduleWith = (auth: AuthModuleOptions) =>
  appModule({
    auth: {
      schemes: {
        sts: {
          jwtValidatorConfig: { issuer: String(iss), audience: String(aud), signatureConfig: { secret: key.secret }, cacheConfig: {} },
        },
      },
      eventSink: RecordingSink,
      ...auth,
    },
    controllers: [Orders],
  });

const tokenFor = (claims: Record<string, unknown>) => mint(key, goodClaims({ iat: Math.floor(Date.now() / 1000) - 5, ...claims }));
const get = (url: string, token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });
const revoke = (running: RunningApp, revocation: Parameters<AuthService['revoke']>[0]) => running.app.get(AuthService).revoke(revocation);

describe.each(ADAPTERS)('a revoked token (%s)', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(adapter, moduleWith({ revocation: { onUnavailable: 'refuse' } }));
  });
  afterAll(() => running.app.close());

  it('is refused with 401 and invalid_token, although it is remembered', async () => {
    const token = await tokenFor({ jti: 'one', sub: 'anne' });
    expect((await get(running.url, token)).status).toBe(200);
    await revoke(running, { jti: 'one' });
    const refused = await get(running.url, token);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(eventsOf(running.app).at(-1)?.steps).toEqual([expect.objectContaining({ outcome: 'rejected', reason: 'revoked' })]);
  });

  it('of a subject is refused, and one that is issued afterwards is not', async () => {
    await revoke(running, { sub: 'bert' });
    expect((await get(running.url, await tokenFor({ sub: 'bert' }))).status).toBe(401);
    expect((await get(running.url, await tokenFor({ sub: 'bert', iat: Math.ceil(Date.now() / 1000) + 1 }))).status).toBe(200);
    expect((await get(running.url, await tokenFor({ sub: 'carl' }))).status).toBe(200);
  });
});

describeIfOnPath('redis-server')('revocations of several instances', (path) => {
  describe.each(REDIS_CLIENTS)('through a client of $library', ({ connect }) => {
    let server: RedisServer;
    let clients: ConnectedClient[];
    let instances: RunningApp[];

    beforeAll(async () => {
      server = await startRedis(path);
      clients = await Promise.all([connect(server.port), connect(server.port)]);
      instances = await Promise.all(clients.map(({ client }) => startInstance(client)));
    });
    afterAll(async () => {
      await Promise.all((instances ?? []).map(({ app }) => app.close()));
      for (const each of clients ?? []) each.close();
      await server.close();
    });

    const startInstance = (client: ConnectedClient['client']) =>
      startApp('fastify', moduleWith({ revocation: { onUnavailable: 'refuse' }, sharedState: redisState(client, { prefix: 'orders:' }) }));
    const statuses = (token: string) => Promise.all(instances.map(async ({ url }) => (await get(url, token)).status));
    const answer = async (token: string, status: number) => (await statuses(token)).every((each) => each === status);

    it('are seen by all within a second', async () => {
      const token = await tokenFor({ jti: 'shared', sub: 'secret-subject' });
      expect(await statuses(token)).toEqual([200, 200]);
      await revoke(instances[0] as RunningApp, { sub: 'secret-subject' });
      await eventually(() => answer(token, 401), 1);
    });

    it('leave nothing in clear in Redis, and every key has an end', async () => {
      const { client, close } = await connectIoredis(server.port);
      const keys = await client.keys('*');
      expect(keys.length).toBeGreaterThan(2);
      for (const each of keys) {
        expect(`${each} ${await client.get(each)}`).not.toContain('secret-subject');
        expect(await client.pttl(each)).toBeGreaterThan(0);
      }
      close();
    });

    it('cannot be known while Redis hangs: 503 in bounded time, and 200 again when it answers', async () => {
      const token = await tokenFor({ jti: 'while-frozen' });
      server.freeze();
      await delay(2000);
      const begun = performance.now();
      expect(await statuses(token)).toEqual([503, 503]);
      expect(performance.now() - begun).toBeLessThan(1500);
      server.thaw();
      await eventually(() => answer(token, 200), 2.5);
    });

    it('survive a Redis that is killed and comes back empty', async () => {
      const token = await tokenFor({ jti: 'kept' });
      await revoke(instances[0] as RunningApp, { jti: 'kept' });
      await eventually(() => answer(token, 401), 1);
      await server.kill();
      await delay(1500);
      expect(await statuses(token)).toEqual([401, 401]);
      expect(await statuses(await tokenFor({ jti: 'unknown' }))).toEqual([503, 503]);
      await server.restart();
      const unknown = await tokenFor({ jti: 'unknown' });
      await eventually(() => answer(unknown, 200), 4);
      // What Redis has lost is written again.
      await delay(1000);
      const late = await connect(server.port);
      const third = await startInstance(late.client);
      expect((await get(third.url, token)).status).toBe(401);
      await third.app.close();
      late.close();
    });
  });
});
