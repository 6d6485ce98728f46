import type { Socket } from 'node:net';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import { requestOfAuthorization } from '../../../../lib/http/auth-request.js';
import { createBasicAuthenticator } from '../../../../lib/strategies/basic/basic-authenticator.js';
import type { FailedLoginsConfig, LimiterOptions } from '../../../../lib/strategies/basic/failed-logins.config.js';
import type { KnownUser, MayTry, Refusal, StoreAnswer, UserStore } from '../../../../lib/strategies/basic/user-store.js';

const ALICE: KnownUser = { username: 'alice', scopes: [], roles: [], version: '1' };
const [HOME, ATTACKER] = ['192.0.2.1', '203.0.113.9'];

/** Knows alice, and may be full as a queue of hashes can be. */
class Store implements UserStore {
  readonly tried: string[] = [];
  isFull = false;
  refusal: Refusal = 'refused';

  async verify(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    if (!(await mayTry(username))) return 'refused';
    if (this.isFull) throw new AuthUnavailableError('full', { retryAfter: 1 });
    this.tried.push(`${username}:${password}`);
    return username === 'alice' && password === 'right' ? ALICE : this.refusal;
  }
}

function setUp(failedLogins?: FailedLoginsConfig | false) {
  const store = new Store();
  const host = { trustedProxies: [], warn: () => undefined };
  const authenticator = createBasicAuthenticator({ name: 'users', store, host, failedLogins });
  const send = (userPass: string, address: string) =>
    authenticator.authenticate({
      ...requestOfAuthorization(`Basic ${Buffer.from(userPass).toString('base64')}`),
      socket: { remoteAddress: address } as Socket,
    });
  /** What becomes of a login, in one word. */
  const ask = async (userPass: string, address: string) => {
    try {
      const verdict = await send(userPass, address);
      return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
    } catch (error) {
      return error instanceof AuthUnavailableError ? 'unavailable' : 'broken';
    }
  };
  const askTimes = async (times: number, userPass: (each: number) => string, address: string) => {
    const answers: string[] = [];
    for (let each = 0; each < times; each++) answers.push(await ask(userPass(each), address));
    return answers;
  };
  return { store, send, ask, askTimes };
}

/** Limiters in a store that can go away. */
function storeOfLimits() {
  const state = { isDown: false, consumed: 0 };
  const createLimiter = (options: LimiterOptions) => {
    const memory = new RateLimiterMemory(options);
    const { consume } = memory;
    return Object.assign(memory, {
      consume: (key: string) => {
        state.consumed++;
        return state.isDown ? Promise.reject(new Error('ECONNREFUSED')) : consume.call(memory, key);
      },
    });
  };
  return { state, createLimiter };
}

describe('to an address that the user never came from, a right guess looks like a wrong one', () => {
  it('after the address has used up its limit with invented names', async () => {
    const { ask, askTimes } = setUp();
    await ask('alice:right', HOME);
    await askTimes(101, (each) => `nobody ${each}:x`, ATTACKER);
    expect(await ask('alice:wrong', ATTACKER)).toBe('too_many_failed_logins');
    expect(await ask('alice:right', ATTACKER)).toBe('too_many_failed_logins');
    expect(await ask('alice:right', HOME)).toBe('accepted');
  });

  it('after the guesses at the name are used up, from there or from everywhere', async () => {
    const { ask, askTimes } = setUp({ userLimit: 20 });
    await ask('alice:right', HOME);
    await askTimes(10, (each) => `alice:${each}`, ATTACKER);
    expect(await ask('alice:right', ATTACKER)).toBe('too_many_failed_logins');
    await askTimes(10, (each) => `alice:${each}`, '203.0.113.10');
    expect(await ask('alice:wrong', '203.0.113.11')).toBe('too_many_failed_logins');
    expect(await ask('alice:right', '203.0.113.11')).toBe('too_many_failed_logins');
    expect(await ask('alice:right', HOME)).toBe('accepted');
  });

  it('while the store of the limits is down', async () => {
    const { state, createLimiter } = storeOfLimits();
    const { ask } = setUp({ createLimiter });
    await ask('alice:right', HOME);
    state.isDown = true;
    expect(await ask('alice:wrong', ATTACKER)).toBe('unavailable');
    expect(await ask('alice:right', ATTACKER)).toBe('unavailable');
    expect(await ask('alice:right', HOME)).toBe('accepted');
  });

  it.each([undefined, false] as const)('while the queue of hashes is full, with failedLogins: %j', async (failedLogins) => {
    const { ask, store } = setUp(failedLogins);
    await ask('alice:right', HOME);
    store.isFull = true;
    expect(await ask('alice:wrong', ATTACKER)).toBe('unavailable');
    expect(await ask('alice:right', ATTACKER)).toBe('unavailable');
    expect(await ask('alice:right', HOME)).toBe('accepted');
  });
});

describe('at an address that the user came from, a guesser gets no more guesses than the limit', () => {
  it('after the address has used up its limit with invented names', async () => {
    const { ask, askTimes } = setUp();
    await ask('alice:right', HOME);
    await askTimes(101, (each) => `nobody ${each}:x`, HOME);
    expect(await ask('alice:right', HOME)).toBe('accepted');
    await askTimes(10, (each) => `alice:${each}`, HOME);
    expect(await ask('alice:right', HOME)).toBe('too_many_failed_logins');
  });

  it('while the store of the limits is down', async () => {
    const { state, createLimiter } = storeOfLimits();
    const { ask, askTimes } = setUp({ createLimiter, limit: 3 });
    await ask('alice:right', HOME);
    state.isDown = true;
    await askTimes(3, (each) => `alice:${each}`, HOME);
    expect(await ask('alice:right', HOME)).toBe('unavailable');
    state.isDown = false;
    expect(await ask('alice:right', HOME)).toBe('accepted');
  });

  it.each([undefined, false] as const)('while the queue of hashes is full, with failedLogins: %j', async (failedLogins) => {
    const { ask, askTimes, store } = setUp(failedLogins);
    await ask('alice:right', HOME);
    store.isFull = true;
    await askTimes(10, (each) => `alice:${each}`, HOME);
    expect(await ask('alice:right', HOME)).toBe('unavailable');
  });

  it('in whatever spellings of the name they come', async () => {
    const { ask, askTimes, store } = setUp();
    await ask('alice:right', HOME);
    store.isFull = true;
    await askTimes(10, (each) => `${'-'.repeat(each)}ALICE:${each}`, HOME);
    expect(await ask('alice:right', HOME)).toBe('unavailable');
  });
});

describe('guesses that come at once', () => {
  it('get no further than one after the other', async () => {
    const { ask, store } = setUp();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, each) => ask(`alice:${each}`, ATTACKER)));
    expect(store.tried).toHaveLength(10);
    expect(answers.filter((answer) => answer === 'too_many_failed_logins')).toHaveLength(90);
  });

  it('do not join the check of another address', async () => {
    const { ask, askTimes, store } = setUp();
    await askTimes(101, (each) => `nobody ${each}:x`, ATTACKER);
    store.tried.length = 0;
    expect(await Promise.all([ask('alice:right', HOME), ask('alice:right', ATTACKER)])).toEqual(['accepted', 'too_many_failed_logins']);
    expect(store.tried).toEqual(['alice:right']);
  });
});

describe('what a store says besides', () => {
  it.each(['account_locked', 'account_disabled', 'password_expired', 'password_must_change'] as const)(
    'is in the log alone: %s counts as every failure and is refused as one',
    async (refusal) => {
      const { send, askTimes, store } = setUp({ limit: 3 });
      store.refusal = refusal;
      expect(await send('bob:x', ATTACKER)).toEqual({ outcome: 'rejected', reason: refusal });
      expect(await askTimes(3, () => 'bob:x', ATTACKER)).toEqual([refusal, refusal, 'too_many_failed_logins']);
    },
  );
});

describe('an unknown user name', () => {
  it('is counted as often as a known one: a shared store takes time', async () => {
    const { state, createLimiter } = storeOfLimits();
    const { ask } = setUp({ createLimiter });
    await ask('alice:wrong', ATTACKER);
    const { consumed } = state;
    await ask('mallory:wrong', ATTACKER);
    expect(state.consumed).toBe(2 * consumed);
  });

  it('waits as long, and from the same guess on', async () => {
    const { askTimes } = setUp();
    const known = await askTimes(12, (each) => `alice:${each}`, ATTACKER);
    expect(await askTimes(12, (each) => `mallory:${each}`, ATTACKER)).toEqual(known);
  });
});
