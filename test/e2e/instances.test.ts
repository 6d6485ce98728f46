import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { type Instance, type InstanceTrial, removeInstanceProgram, startInstance } from '../support/instances/instance.js';
import { describeIfOnPath } from '../support/on-path.js';
import { type ProvingClient, provingClient } from '../support/proofs.js';
import { connectIoredis } from '../support/redis-clients.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { basic, makeUsersFile, type UsersFile } from '../support/users-file.js';

const key = createSecret('HS256');
const { iss, aud } = goodClaims();
const USERS = ['anne', 'bert', 'carl', 'dora', 'emil'].map((username) => ({ username, password: `${username}@123` }));
/** Milliseconds that no answer takes, on a machine that is busy. */
const BOUND = 4000;
/** When tokens were issued that are revoked later. */
const BEFORE = Math.floor(Date.now() / 1000) - 60;

const tokenFor = (claims: Record<string, unknown>) => mint(key, goodClaims({ iat: Math.floor(Date.now() / 1000) - 5, ...claims }));
const bearer = async (claims: Record<string, unknown>) => ({ authorization: `Bearer ${await tokenFor(claims)}` });
const login = (username: string, password = `${username}@123`) => ({ authorization: basic(username, password) });

afterAll(removeInstanceProgram);

describeIfOnPath('redis-server')('two processes with one Redis', (path) => {
  describe.each(['ioredis', 'redis'] as const)('through a client of %s', (library) => {
    let server: RedisServer;
    let users: UsersFile;
    let instances: readonly Instance[];
    let client: ProvingClient;

    beforeAll(async () => {
      [server, users, client] = await Promise.all([startRedis(path), makeUsersFile(USERS), provingClient()]);
      const trial: InstanceTrial = {
        ...{ library, redisPort: server.port, issuer: String(iss), audience: String(aud), secret: key.secret, usersFile: users.path },
        stateSecret: createSecret('HS256').secret,
      };
      instances = await Promise.all([startInstance(trial), startInstance(trial)]);
    }, 120_000);
    afterAll(async () => {
      await Promise.all((instances ?? []).map((each) => each.stop()));
      await Promise.all([server.close(), users.remove()]);
    });

    const instance = (index: number): Instance => instances[index % instances.length] as Instance;
    const status = async (index: number, to: string, headers: Record<string, string>) => (await instance(index).get(to, headers)).status;
    const both = (to: string, headers: Record<string, string>) => Promise.all([0, 1].map((index) => status(index, to, headers)));
    const count = (all: readonly number[], wanted: number) => all.filter((each) => each === wanted).length;

    it('limit the failed logins of a user together, whether they come one by one or at once', async () => {
      const guesses = await Promise.all(Array.from({ length: 40 }, (_, index) => status(index, '/login', login('anne', `guess ${index}`))));
      expect([count(guesses, 401), count(guesses, 429)]).toEqual([10, 30]);
      expect(await both('/login', login('anne'))).toEqual([429, 429]);
      for (let index = 0; index < 10; index++) expect(await status(index, '/login', login('bert', `guess ${index}`))).toBe(401);
      expect(await both('/login', login('bert'))).toEqual([429, 429]);
    }, 60_000);

    it('forget the failed logins of a user together, when it logs in', async () => {
      for (let round = 0; round < 3; round++) {
        for (let index = 0; index < 8; index++) expect(await status(index, '/login', login('carl', `guess ${index}`))).toBe(401);
        expect(await status(round, '/login', login('carl'))).toBe(200);
      }
    }, 60_000);

    it('accept a DPoP proof once among a hundred at once', async () => {
      const token = await tokenFor({ cnf: { jkt: client.jkt } });
      const proof = () => ({
        authorization: `DPoP ${token}`,
        dpop: client.proof({ htm: 'GET', htu: 'https://orders.example.com/bound', token }),
      });
      const one = proof();
      const uses = await Promise.all(Array.from({ length: 100 }, (_, index) => status(index, '/bound', one)));
      expect([count(uses, 200), count(uses, 401)]).toEqual([1, 99]);
      expect(await status(0, '/bound', proof())).toBe(200);
    }, 60_000);

    it('both know a revocation soon', async () => {
      const caller = await bearer({ sub: 'revoked-subject' });
      expect(await both('/token', caller)).toEqual([200, 200]);
      expect(await instance(0).revoke({ sub: 'revoked-subject' })).toBe(true);
      await eventually(async () => (await both('/token', caller)).every((each) => each === 401));
    }, 60_000);

    it('leave nothing in clear in Redis, and every key has an end', async () => {
      const reader = await connectIoredis(server.port);
      const keys = await reader.client.keys('*');
      expect(keys.length).toBeGreaterThan(5);
      for (const each of keys) {
        expect(each).toMatch(/^orders:[\w-]{43}$/);
        expect(await reader.client.get(each)).toMatch(/^(\d+|v1\.[\w-]+)$/);
        expect(await reader.client.pttl(each)).toBeGreaterThan(0);
      }
      reader.close();
    });

    /** Sends requests of every kind to both, all the time while something happens: their statuses by kind, and the longest wait. */
    async function underLoad(happening: () => Promise<void>) {
      const [good, revoked] = [await bearer({ jti: 'good' }), await bearer({ sub: 'revoked-subject', iat: BEFORE })];
      let guesses = 0;
      // The same guess at the same time would be one attempt.
      const ask = {
        good: (at: Instance) => at.get('/token', good),
        revoked: (at: Instance) => at.get('/token', revoked),
        login: (at: Instance) => at.get('/login', login('dora')),
        wrong: (at: Instance) => at.get('/login', login('emil', `guess ${guesses++}`)),
      };
      const seen: Record<keyof typeof ask, number[]> = { good: [], revoked: [], login: [], wrong: [] };
      let isOver = false;
      let longest = 0;
      const work = async (index: number, kind: keyof typeof ask) => {
        while (!isOver) {
          const { status, took } = await ask[kind](instance(index));
          seen[kind].push(status);
          longest = Math.max(longest, took);
          await delay(5);
        }
      };
      const working = (Object.keys(ask) as (keyof typeof ask)[]).flatMap((kind) => [0, 1, 2, 3].map((index) => work(index, kind)));
      await happening();
      isOver = true;
      await Promise.all(working);
      return { seen, longest };
    }

    const only = (all: readonly number[], ...wanted: number[]) => [...new Set(all)].filter((each) => !wanted.includes(each));

    it('wait for a Redis that hangs no longer than they may, admit nobody wrongly, and go on when it answers', async () => {
      const { seen, longest } = await underLoad(async () => {
        await delay(500);
        server.freeze();
        await delay(4000);
        server.thaw();
        await eventually(async () =>
          [...(await both('/token', await bearer({ jti: 'later' }))), await status(0, '/login', login('dora'))].every(
            (each) => each === 200,
          ),
        );
      });
      expect(longest).toBeLessThan(BOUND);
      expect(only(seen.revoked, 401)).toEqual([]);
      expect(only(seen.wrong, 401, 429, 503)).toEqual([]);
      expect(count(seen.wrong, 401)).toBeLessThanOrEqual(10);
      expect(only(seen.good, 200, 503)).toEqual([]);
      expect(seen.good).toContain(503);
      expect(only(seen.login, 200, 503)).toEqual([]);
      expect(seen.login).toContain(503);
      // What was asked while it hung was not tried, and does not count.
      await eventually(async () => (await both('/login', login('dora'))).every((each) => each === 200));
    }, 90_000);

    it('survive a Redis that is killed and comes back empty', async () => {
      const { seen, longest } = await underLoad(async () => {
        await delay(500);
        await server.kill();
        await delay(3000);
        await server.restart();
        await eventually(async () =>
          [...(await both('/token', await bearer({ jti: 'later' }))), await status(0, '/login', login('dora'))].every(
            (each) => each === 200,
          ),
        );
      });
      expect(longest).toBeLessThan(BOUND);
      expect(only(seen.revoked, 401)).toEqual([]);
      expect(only(seen.wrong, 401, 429, 503)).toEqual([]);
      expect(only(seen.good, 200, 503)).toEqual([]);
      expect(only(seen.login, 200, 503)).toEqual([]);
    }, 90_000);

    it('tell each other of a revocation later that was made while Redis was away', async () => {
      const caller = await bearer({ jti: 'made meanwhile' });
      await server.kill();
      expect(await instance(0).revoke({ jti: 'made meanwhile' })).toBe(false);
      expect(await status(0, '/token', caller)).toBe(401);
      await server.restart();
      await eventually(async () => (await status(1, '/token', caller)) === 401);
    }, 60_000);
  });
});
