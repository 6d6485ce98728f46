import type { SharedState } from 'nest-service-auth';
import { redisState } from 'nest-service-auth/redis';
import { describeIfOnPath } from '../../support/on-path.js';
import { type ConnectedClient, connectIoredis, REDIS_CLIENTS } from '../../support/redis-clients.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';

const SECRET = 'a secret of thirty-two bytes, or more';

describe('redisState()', () => {
  it.each([[undefined], [null], [{}], [{ get: () => undefined }]])('refuses %j, which is no client', (client) => {
    expect(() => redisState(client as never, { prefix: 'a:' })).toThrow('redisState() needs a client of the package "ioredis" or "redis"');
  });

  const client = { get: async () => null, set: async () => 'OK', eval: async () => 1 };

  it.each(['', undefined, 5])('refuses the prefix %p', (prefix) => {
    expect(() => redisState(client, { prefix: prefix as string })).toThrow('redisState() options.prefix: must be a text');
  });

  it.each(['a'.repeat(31), new Uint8Array(31), '', null, 32, Array.from({ length: 32 }, () => 1)])('refuses the secret %p', (secret) => {
    expect(() => redisState(client, { prefix: 'a:', secret: secret as string })).toThrow('at least 32 bytes');
  });

  it.each(['a'.repeat(32), 'é'.repeat(16), new Uint8Array(32)])('takes the secret %p, which has 32 bytes', (secret) => {
    expect(() => redisState(client, { prefix: 'a:', secret })).not.toThrow();
  });

  it.each([
    [null, false],
    [undefined, false],
    ['OK', true],
  ])('has added a key where the client says %p: %p', async (answer, added) => {
    expect(await redisState({ ...client, set: async () => answer }, { prefix: 'a:' }).add('key', 60)).toBe(added);
  });

  describe.each([{}, { secret: SECRET }])('with %j', (options) => {
    const stored = new Map<string, string>();
    const keeping = {
      get: async (key: string) => stored.get(key),
      set: async (key: string, value: string) => stored.set(key, value),
      eval: async () => 1,
    };
    const state = redisState(keeping, { prefix: 'a:', ...options });

    it.each(['', '{"sub":"alice"}', 'zoë', '1'])('returns the value %j as it was written', async (value) => {
      await state.set('key', value, 60);
      expect(await state.get('key')).toBe(value);
    });

    it.each([undefined, null])('knows no value where the client says %p', async (nothing) => {
      expect(await redisState({ ...keeping, get: async () => nothing }, { prefix: 'a:', ...options }).get('key')).toBeUndefined();
    });
  });
});

describeIfOnPath('redis-server')('a real Redis', (path) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(path);
  });
  afterAll(() => server.close());

  describe.each(REDIS_CLIENTS)('redisState() with a client of $library', ({ connect }) => {
    let connected: ConnectedClient;
    let state: SharedState;
    beforeAll(async () => {
      connected = await connect(server.port);
    });
    afterAll(() => connected.close());
    beforeEach(async () => {
      const { client, close } = await connectIoredis(server.port);
      await client.flushall();
      close();
      state = redisState(connected.client, { prefix: 'test:', secret: SECRET });
    });

    it('adds a key once, however many ask at the same time', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => state.add('proof', 60)));
      expect(answers.filter((added) => added)).toHaveLength(1);
    });

    it('returns what was written, and undefined for what was not', async () => {
      await state.set('answer', '{"sub":"alice"}', 60);
      expect(await state.get('answer')).toBe('{"sub":"alice"}');
      expect(await state.get('other')).toBeUndefined();
    });

    it('counts every increment, and gives the count', async () => {
      const counts = await Promise.all(Array.from({ length: 50 }, () => state.increment('logins', 60)));
      expect(new Set(counts).size).toBe(50);
      expect(await state.get('logins')).toBe('50');
    });

    it('ends keys after their time', async () => {
      await state.add('short', 0.05);
      await state.increment('brief', 0.05);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await state.add('short', 60)).toBe(true);
      expect(await state.increment('brief', 60)).toBe(1);
    });

    it('leaves nothing in clear, and no key without an end', async () => {
      await state.add('proof-of-alice', 60);
      await state.set('answer-for-alice', '{"sub":"alice"}', 60);
      await state.increment('logins-of-alice', 60);
      const { client, close } = await connectIoredis(server.port);
      const keys = await client.keys('*');
      expect(keys).toHaveLength(3);
      for (const key of keys) {
        expect(key).toMatch(/^test:[\w-]{43}$/);
        expect(await client.get(key)).not.toMatch(/alice/i);
        expect(await client.pttl(key)).toBeGreaterThan(0);
      }
      close();
    });

    it('refuses a value that was moved to another key, or written by someone without the secret', async () => {
      await state.set('one', 'value', 60);
      const { client, close } = await connectIoredis(server.port);
      const [key = ''] = await client.keys('*');
      const stored = (await client.get(key)) ?? '';
      await state.set('two', 'other', 60);
      const second = (await client.keys('*')).find((each) => each !== key) ?? '';
      await client.set(second, String(stored), 'PX', 60_000);
      await expect(state.get('two')).rejects.toThrow();
      await client.set(second, '{"sub":"mallory"}', 'PX', 60_000);
      await expect(state.get('two')).rejects.toThrow('was not written with the configured secret');
      close();
    });

    it('writes digests as keys where there is no secret', async () => {
      await redisState(connected.client, { prefix: 'plain:' }).add('proof-of-alice', 60);
      const { client, close } = await connectIoredis(server.port);
      expect(await client.keys('*')).toEqual([expect.stringMatching(/^plain:[\w-]{43}$/)]);
      close();
    });
  });
});
