import { holder, instance, passes, START, Store, stopTheTime } from './instances.js';

const HEAD = 'revocations:head';
const LOG = 'revocations:log';
const LIFE = 86_400;

stopTheTime();

describe('the log of revocations in the shared state', () => {
  let store: Store;
  beforeEach(() => {
    store = new Store();
  });
  const aLook = () => store.readsOf(() => passes(0.25));
  const startOfAnother = () => store.readsOf(() => instance(store));
  /** A number in the log with nothing under it. */
  const takeANumber = () => store.increment(HEAD, LIFE);
  const nameOfLog = async () => String(await store.get(LOG));

  it('costs two reads for each look while there is nothing new', async () => {
    const one = await instance(store);
    expect(await aLook()).toBe(2);
    await one.revoke({ jti: 'a' });
    expect(await aLook()).toBe(4);
    expect(await aLook()).toBe(2);
  });

  it('is read in parts of 200 entries', async () => {
    const one = await instance(store);
    for (let count = 0; count < 500; count++) await one.revoke({ jti: `t${count}` });
    store.readsAtOnce = 0;
    const late = await instance(store);
    expect(store.readsAtOnce).toBe(200);
    for (let count = 0; count < 500; count++) expect(late.check(holder({ jti: `t${count}` }))).toBe(true);
  });

  it('shows an entry that is written later than its number, and later than the next one', async () => {
    const isEntry = (key: string) => /:\d+$/.test(key);
    const set = async (key: string, value: string, ttl: number) => {
      if (isEntry(key)) await new Promise((resolve) => setTimeout(resolve, 9000));
      await store.set(key, value, ttl);
    };
    const [slow, other] = [await instance({ ...methodsOf(store), set }), await instance(store)];
    slow.revoke({ jti: 'first' }).catch(() => undefined);
    await passes(0);
    slow.onApplicationShutdown();
    await other.revoke({ jti: 'second' });
    await passes(8.9);
    expect(['first', 'second'].map((jti) => other.check(holder({ jti })))).toEqual([false, true]);
    await passes(0.5);
    expect(other.check(holder({ jti: 'first' }))).toBe(true);
  });

  it('is searched for a missing entry forty times', async () => {
    await (await instance(store)).revoke({ jti: 'a' });
    await passes(0.25);
    await takeANumber();
    for (let look = 1; look <= 40; look++) expect(await aLook()).toBe(3);
    expect(await aLook()).toBe(2);
  });

  it('is searched again for the last thousand numbers only', async () => {
    await store.set(LOG, 'log', LIFE);
    for (let count = 0; count < 1500; count++) await takeANumber();
    expect(await startOfAnother()).toBe(2 + 1 + 1500);
    expect(await aLook()).toBe(2 + 1000);
  });

  it('has entries that are not one skipped', async () => {
    const one = await instance(store);
    await one.revoke({ jti: 'a' });
    const log = await nameOfLog();
    const entry = JSON.parse(String(await store.get(`revocations:${log}:1`)));
    for (const text of ['no JSON', '[]', JSON.stringify({ ...entry, about: 'iss' }), JSON.stringify({ ...entry, end: 'never' })])
      await store.set(`revocations:${log}:${await takeANumber()}`, text, LIFE);
    await one.revoke({ jti: 'b' });
    const late = await instance(store);
    expect(['a', 'b', 'c'].map((jti) => late.check(holder({ jti })))).toEqual([true, true, false]);
  });

  it('is begun anew where a writer stopped before it was begun, or where its number is lost', async () => {
    await takeANumber();
    const [one, other] = [await instance(store), await instance(store)];
    expect(await aLook()).toBe(4);
    await one.revoke({ jti: 'a' });
    await passes(0.25);
    expect(other.check(holder({ jti: 'a' }))).toBe(true);
    await store.set(HEAD, '0', LIFE);
    await one.revoke({ jti: 'b' });
    await passes(0.5);
    const late = await instance(store);
    for (const each of [other, late]) expect(['a', 'b'].map((jti) => each.check(holder({ jti })))).toEqual([true, true]);
  });

  it('is read again where the store has gone back to an earlier state', async () => {
    const [one, other] = [await instance(store), await instance(store)];
    await one.revoke({ jti: 'a' });
    await one.revoke({ jti: 'b' });
    await passes(0.25);
    await store.set(HEAD, '1', LIFE);
    await store.set(`revocations:${await nameOfLog()}:2`, '', 0);
    await passes(0.25);
    await one.revoke({ jti: 'c' });
    await passes(1);
    const late = await instance(store);
    for (const each of [other, late]) expect(['a', 'b', 'c'].map((jti) => each.check(holder({ jti })))).toEqual([true, true, true]);
  });

  it('is written again after a loss, also where the first reading of the new one fails', async () => {
    let isFailing = false;
    const get = (key: string) => (isFailing && /:\d+$/.test(key) ? Promise.reject(new Error('down')) : store.get(key));
    const one = await instance({ ...methodsOf(store), get });
    await one.revoke({ jti: 'a' });
    await passes(0.25);
    store.clear();
    isFailing = true;
    await (await instance(store)).revoke({ jti: 'b' });
    await passes(0.25);
    isFailing = false;
    await passes(1.5);
    const late = await instance(store);
    expect(['a', 'b'].map((jti) => late.check(holder({ jti })))).toEqual([true, true]);
  });
});

describe('the floor of the log', () => {
  let store: Store;
  beforeEach(() => {
    store = new Store();
  });
  const readsOfAnother = () => store.readsOf(() => instance(store));

  it('spares instances that start later the entries that have ended, up to the first that has not', async () => {
    const one = await instance(store);
    for (const life of [10, 20, 59.75, 600, 30]) await one.revoke({ jti: `t${life}`, expiresAt: START + life });
    await store.increment(HEAD, LIFE);
    await passes(30);
    expect(await readsOfAnother()).toBe(3 + 6);
    await passes(31);
    expect(await readsOfAnother()).toBe(3 + 3);
    await passes(600);
    const { writes } = store;
    expect(await readsOfAnother()).toBe(3);
    await passes(120);
    expect(store.writes).toBe(writes);
    await one.revoke({ jti: 'new' });
    expect((await instance(store)).check(holder({ jti: 'new' }))).toBe(true);
  });

  it('waits for an entry that may still be written', async () => {
    const one = await instance(store);
    await one.revoke({ jti: 'a', expiresAt: START + 10 });
    await passes(55);
    await store.increment(HEAD, LIFE);
    await passes(5);
    expect(await readsOfAnother()).toBe(3 + 1);
  });

  it.each(['', 'nonsense', '-1', '1.5', '1e99'])('is none where the store has %j for it', async (floor) => {
    const one = await instance(store);
    await one.revoke({ jti: 'a' });
    await store.set(`revocations:${await store.get(LOG)}:floor`, floor, LIFE);
    expect(await readsOfAnother()).toBe(3 + 1);
    expect((await instance(store)).check(holder({ jti: 'a' }))).toBe(true);
    await store.set(`revocations:${await store.get(LOG)}:floor`, '1', LIFE);
    expect(await readsOfAnother()).toBe(3);
  });
});

function methodsOf(store: Store) {
  return { add: store.add.bind(store), get: store.get.bind(store), set: store.set.bind(store), increment: store.increment.bind(store) };
}
