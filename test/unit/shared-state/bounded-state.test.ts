import type { SharedState } from 'nest-service-auth';
import { AuthUnavailableError } from '../../../lib/errors.js';
import { BoundedState } from '../../../lib/shared-state/bounded-state.js';
import { FakeClock } from '../../support/fake-clock.js';
import { LocalState } from '../../support/local-state.js';

const never = <T>() => new Promise<T>(() => undefined);

class Store extends LocalState {
  calls = 0;
  mood: 'well' | 'hangs' | 'fails' = 'well';

  override async get(key: string): Promise<string | undefined> {
    this.calls++;
    if (this.mood === 'hangs') return never();
    if (this.mood === 'fails') throw new Error('ECONNREFUSED');
    return super.get(key);
  }
}

function bounded(store: SharedState, clock = new FakeClock()) {
  const lines: string[] = [];
  return { state: new BoundedState(store, { timeout: 0.03, clock, warn: (line) => lines.push(line) }), lines, clock };
}

describe('the shared state', () => {
  it('answers as the store does', async () => {
    const { state } = bounded(new LocalState());
    expect([await state.add('a', 9), await state.add('a', 9)]).toEqual([true, false]);
    await state.set('b', 'value', 9);
    expect([await state.get('b'), await state.get('c')]).toEqual(['value', undefined]);
    expect([await state.increment('d', 9), await state.increment('d', 9)]).toEqual([1, 2]);
  });

  it('is unavailable when the store takes longer than the time-out, and does not wait for it', async () => {
    const store = new Store();
    store.mood = 'hangs';
    const { state } = bounded(store);
    await expect(state.get('a')).rejects.toThrow(AuthUnavailableError);
  });

  it('is unavailable when the store fails', async () => {
    const store = new Store();
    store.mood = 'fails';
    const failure = await bounded(store)
      .state.get('a')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AuthUnavailableError);
    expect(failure).toHaveProperty('cause.message', 'ECONNREFUSED');
  });

  it.each<[string, unknown, string]>([
    ['takes too long', undefined, 'The shared state did not answer within 0.03 s.'],
    ['says that it is unavailable', new AuthUnavailableError('It is full.'), 'It is full.'],
    ['says what made it unavailable', new AuthUnavailableError('It is away.', { cause: new Error('EPIPE') }), 'EPIPE'],
  ])('is reported with the reason when the store %s', async (_, failure, reason) => {
    const get = () => (failure === undefined ? never<string>() : Promise.reject(failure));
    const { state, lines } = bounded({ ...storeOf(new LocalState()), get });
    for (let attempt = 0; attempt < 3; attempt++) await state.get('a').catch(() => undefined);
    expect(lines).toEqual([`The shared state is unavailable: ${reason} It is asked again every 1 s.`]);
  });

  it('does not ask a store that failed three times in a row, and asks it again after a second', async () => {
    const store = new Store();
    store.mood = 'fails';
    const { state, lines, clock } = bounded(store);
    for (let attempt = 0; attempt < 5; attempt++) await state.get('a').catch(() => undefined);
    expect(store.calls).toBe(3);
    expect(lines).toEqual([expect.stringContaining('The shared state is unavailable: ECONNREFUSED')]);
    store.mood = 'well';
    clock.passes(1);
    expect(await state.get('a')).toBeUndefined();
    expect(lines.at(-1)).toBe('The shared state can be used again.');
    expect(state.stats).toEqual({ name: 'shared_state', succeeded: 1, failed: 3, breaker: 'closed' });
  });

  it.each<['add' | 'get' | 'increment', object]>([
    ['add', { add: async () => 'OK' }],
    ['get', { get: async () => 7 }],
    ['increment', { increment: async () => '1' }],
    ['increment', { increment: async () => Number.NaN }],
    ['increment', { increment: async () => 0 }],
    ['increment', { increment: async () => -1 }],
    ['increment', { increment: async () => 1.5 }],
  ])('is unavailable when %s() gives an answer of a wrong type', async (method, override) => {
    const { state } = bounded({ ...storeOf(new LocalState()), ...override } as unknown as SharedState);
    const ask = async (): Promise<unknown> => state[method]('a', 1);
    await expect(ask()).rejects.toThrow('an answer of a wrong type');
  });

  it('has nothing where the store answers null', async () => {
    const { state } = bounded({ ...storeOf(new LocalState()), get: async () => null } as unknown as SharedState);
    expect(await state.get('a')).toBeUndefined();
  });

  it('says that it is down while the store is, and up when it answers again', async () => {
    const store = new Store();
    const { state, clock } = bounded(store);
    store.mood = 'fails';
    for (let attempt = 0; attempt < 3; attempt++) await state.health();
    expect(await state.health()).toMatchObject({ dependency: 'shared_state', status: 'down' });
    store.mood = 'well';
    clock.passes(1);
    expect(await state.health()).toMatchObject({ status: 'up' });
  });
});

describe('the shared state of one process', () => {
  it('forgets what has ended, and refuses what it has no room for', async () => {
    const clock = new FakeClock();
    const state = new LocalState(2, clock);
    await state.add('a', 1);
    await state.add('b', 1);
    await expect(state.add('c', 1)).rejects.toThrow('full');
    expect(await state.add('a', 1)).toBe(false);
    clock.passes(2);
    expect(await state.add('c', 1)).toBe(true);
    expect(state.size).toBe(1);
  });

  it('ends a counter after its first time, however often it is incremented', async () => {
    const clock = new FakeClock();
    const state = new LocalState(9, clock);
    await state.increment('a', 2);
    clock.passes(1);
    expect(await state.increment('a', 2)).toBe(2);
    clock.passes(1);
    expect(await state.increment('a', 2)).toBe(1);
  });
});

function storeOf(state: LocalState): SharedState {
  return {
    add: (key, ttl) => state.add(key, ttl),
    get: (key) => state.get(key),
    set: (key, value, ttl) => state.set(key, value, ttl),
    increment: (key, ttl) => state.increment(key, ttl),
  };
}
