import { AuthUnavailableError } from '../../../lib/errors.js';
import { holder, instance, passes, START, Store, stopTheTime, TIMEOUT } from './instances.js';

stopTheTime();

describe('revocations of several instances', () => {
  let store: Store;
  beforeEach(() => {
    store = new Store();
  });
  /** A question that is asked of the store: whether the token is revoked, or that it could not be found out. */
  const outcomeOf = async (checked: boolean | PromiseLike<boolean>) => {
    const outcome = Promise.resolve(checked).catch((error: unknown) => (error as Error).constructor.name);
    await passes(TIMEOUT);
    return outcome;
  };

  it('are seen by the others within a second, and end connections there', async () => {
    const [one, other] = [await instance(store), await instance(store)];
    const ended: string[] = [];
    other.whenRevoked(holder({ jti: 'a' }), () => ended.push('a'));
    await one.revoke({ jti: 'a' });
    await passes(0.3);
    expect(other.check(holder({ jti: 'a' }))).toBe(true);
    expect(ended).toEqual(['a']);
  });

  it('are known to one that starts later', async () => {
    const one = await instance(store);
    await Promise.all(['a', 'b', 'c'].map((jti) => one.revoke({ jti })));
    const late = await instance(store);
    expect(['a', 'b', 'c', 'd'].map((jti) => late.check(holder({ jti })))).toEqual([true, true, true, false]);
  });

  it.each(['refuse', 'admit'] as const)(
    'are unknown while the store is away, once the copy is a second old (%s)',
    async (onUnavailable) => {
      const one = await instance(store, { onUnavailable });
      store.isDown = true;
      await one.revoke({ jti: 'a' }).catch(() => undefined);
      await passes(0.999);
      expect(one.check(holder({ jti: 'b' }))).toBe(false);
      await passes(0.001);
      const unknown = onUnavailable === 'refuse' ? AuthUnavailableError.name : false;
      for (const claim of ['jti', 'sid', 'sub']) expect(await outcomeOf(one.check(holder({ [claim]: 'b' })))).toBe(unknown);
      expect(one.check(holder({ jti: 'a' }))).toBe(true);
      expect(one.check(holder({}))).toBe(false);
      store.isDown = false;
      await passes(1.5);
      expect(one.check(holder({ jti: 'b' }))).toBe(false);
    },
  );

  it('are known up to the moment at which the store was asked, however long it took to answer', async () => {
    store.delay = 0.2;
    const started = instance(store);
    await passes(0.2);
    const one = await started;
    store.isDown = true;
    await passes(0.799);
    expect(one.check(holder({ jti: 'a' }))).toBe(false);
    await passes(0.001);
    expect(await outcomeOf(one.check(holder({ jti: 'a' })))).toBe(AuthUnavailableError.name);
  });

  it('are asked for once by all requests together, where the copy is too old', async () => {
    const [one, other] = [await instance(store), await instance(store)];
    one.onApplicationShutdown();
    await other.revoke({ jti: '7' });
    other.onApplicationShutdown();
    await passes(1);
    store.delay = 0.05;
    const reads = await store.readsOf(async () => {
      const verdicts = Array.from({ length: 10 }, (_, jti) => one.check(holder({ jti: String(jti) })));
      await passes(TIMEOUT);
      expect((await Promise.all(verdicts)).flatMap((isRevoked, jti) => (isRevoked ? jti : []))).toEqual([7]);
    });
    expect(reads).toBeLessThan(10);
  });

  it('are told when the store is back, if they could not be told before, and once', async () => {
    const [one, other] = [await instance(store), await instance(store)];
    store.isDown = true;
    await expect(one.revoke({ jti: 'a', expiresAt: START + 60 })).rejects.toThrow(AuthUnavailableError);
    expect(one.check(holder({ jti: 'a' }))).toBe(true);
    store.isDown = false;
    await passes(2.5);
    expect(other.check(holder({ jti: 'a' }))).toBe(true);
    const { writes } = store;
    await passes(5);
    expect(store.writes).toBe(writes);
  });

  it('are not told any more when their tokens have ended, and delay no others', async () => {
    const [one, other] = [await instance(store), await instance(store)];
    store.isDown = true;
    for (let count = 0; count < 100; count++) await one.revoke({ jti: `t${count}`, expiresAt: START + 5 }).catch(() => undefined);
    await one.revoke({ jti: 'a' }).catch(() => undefined);
    await passes(6);
    store.isDown = false;
    await passes(3);
    // The name of the log, and one entry.
    expect(store.writes).toBe(2);
    expect(other.check(holder({ jti: 'a' }))).toBe(true);
  });

  it('are told each, if several could not be told: for two issuers, and of two moments', async () => {
    const [one, other] = [await instance(store), await instance(store)];
    store.isDown = true;
    const issuers = ['https://a.example', 'https://b.example'];
    for (const issuer of issuers) await one.revoke({ sub: 'anne', issuer }).catch(() => undefined);
    for (const issuedBefore of [2000, 1000]) await one.revoke({ sub: 'bert', issuedBefore }).catch(() => undefined);
    store.isDown = false;
    await passes(3);
    for (const iss of issuers) expect(other.check(holder({ sub: 'anne', iss }))).toBe(true);
    expect(other.check(holder({ sub: 'bert', iat: 1500 }))).toBe(true);
  });

  it('cost the store nothing where their tokens have ended before', async () => {
    const one = await instance(store);
    await one.revoke({ jti: 'a', expiresAt: START });
    await passes(2);
    expect(store.writes).toBe(0);
  });

  it('survive a store that loses everything: what covers the others is written again, in parts', async () => {
    const one = await instance(store);
    for (let moment = 1; moment <= 150; moment++) {
      await one.revoke({ sub: 'anne', issuedBefore: moment });
      await one.revoke({ jti: `t${moment}` });
    }
    await one.revoke({ sub: 'anne', issuedBefore: 1 });
    await one.revoke({ jti: 't1', expiresAt: START + 60 });
    await passes(0.25);
    store.clear();
    store.writes = 0;
    await passes(0.5);
    expect(store.writes).toBeLessThanOrEqual(102);
    await passes(0.5);
    // One name of the log, one entry for each token, and one for the subject.
    expect(store.writes).toBe(152);
    const late = await instance(store);
    expect([late.check(holder({ jti: 't150' })), late.check(holder({ sub: 'anne', iat: 149 }))]).toEqual([true, true]);
  });

  it('are read no more when the application has ended', async () => {
    const one = await instance(store);
    const ended: string[] = [];
    one.whenRevoked(holder({ jti: 'a' }), () => ended.push('a'));
    one.onApplicationShutdown();
    expect(await store.readsOf(() => passes(120))).toBe(0);
    await one.revoke({ jti: 'a' });
    expect(ended).toEqual([]);
  });

  it('are read no more when the application ends during a reading', async () => {
    const one = await instance(store);
    store.delay = 0.1;
    await passes(0.3);
    one.onApplicationShutdown();
    expect(await store.readsOf(() => passes(5))).toBe(0);
  });
});

describe('a slow store', () => {
  it('delays the start of an instance no longer than the time-out, and is refused for until it answers', async () => {
    const store = new Store();
    store.delay = Number.POSITIVE_INFINITY;
    const started = instance(store);
    await passes(TIMEOUT);
    const one = await started;
    const checked = expect(one.check(holder({ jti: 'a' }))).rejects.toThrow(AuthUnavailableError);
    await passes(TIMEOUT);
    await checked;
    store.delay = 0;
    await passes(2);
    expect(one.check(holder({ jti: 'a' }))).toBe(false);
  });

  it('is not waited for longer than the time-out, with all the questions of revoke() together', async () => {
    const store = new Store();
    const one = await instance(store);
    store.delay = 0.2;
    const revoked = expect(one.revoke({ jti: 'a' })).rejects.toMatchObject({ constructor: AuthUnavailableError, retryAfter: 1 });
    await passes(TIMEOUT);
    await revoked;
    expect(one.check(holder({ jti: 'a' }))).toBe(true);
  });
});
