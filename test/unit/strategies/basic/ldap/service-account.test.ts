import { DirectoryDownError, DirectoryTimeoutError } from '../../../../../lib/strategies/basic/ldap/directory-down.error.js';
import type { BindAnswer, LdapConnection } from '../../../../../lib/strategies/basic/ldap/ldap-connection.js';
import { ServiceAccount } from '../../../../../lib/strategies/basic/ldap/service-account.js';

/** An account whose binds end as the test says. */
function setUp(pooled: boolean) {
  const state = {
    answer: 'accepted' as BindAnswer,
    binds: 0,
    atOnce: 0,
    most: 0,
    now: 5_000,
    isOpen: true,
    opened: 0,
    closed: 0,
    isDown: false,
  };
  const connection = {
    get isOpen() {
      return state.isOpen;
    },
    bind: async () => {
      state.binds++;
      state.most = Math.max(state.most, ++state.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      state.atOnce--;
      return state.answer;
    },
    learnFeatures: async () => undefined,
    close: () => void state.closed++,
  };
  const account = new ServiceAccount({
    name: 'cn=reader',
    password: 'x',
    pooled,
    open: async () => {
      state.opened++;
      state.isOpen = true;
      if (state.isDown) throw new DirectoryDownError('It is down.');
      return connection as Partial<LdapConnection> as LdapConnection;
    },
    now: () => state.now,
  });
  const use = () => account.run(async () => 'used').catch((error: Error & { retryAfter?: number }) => error);
  return { account, state, use };
}

describe.each([
  ['one connection for all logins', true],
  ['a connection for each login', false],
])('a service account with %s', (_, pooled) => {
  it.each(['refused', 'account_locked', 'account_disabled', 'password_expired', 'password_must_change'] as const)(
    'is not bound again after one bind that ended with %s',
    async (answer) => {
      const { account, state, use } = setUp(pooled);
      state.answer = answer;
      const failures = [...(await Promise.all([use(), use(), use()])), await use()];
      expect(state.binds).toBe(1);
      expect(account.state).toBe('open');
      expect(new Set(failures.map((failure) => (failure as Error).message)).size).toBe(1);
      expect(failures[3]).toMatchObject({ message: expect.stringMatching(/Check connectionName .* after 10 minutes/), retryAfter: 600 });
    },
  );

  it('is asked once more after ten minutes, and used if it is accepted', async () => {
    const { account, state, use } = setUp(pooled);
    state.answer = 'refused';
    await use();
    state.now += 599_999;
    await use();
    expect(state.binds).toBe(1);
    state.now += 1;
    expect(account.state).toBe('half_open');
    state.answer = 'accepted';
    expect(await use()).toBe('used');
    expect(account.state).toBe('closed');
  });

  it('is left alone again if it is still refused then', async () => {
    const { state, use } = setUp(pooled);
    state.answer = 'refused';
    await use();
    state.now += 600_000;
    await Promise.all([use(), use(), use()]);
    expect(state.binds).toBe(2);
  });

  it('is left alone when it is refused at a time when it was accepted before', async () => {
    const { state, use } = setUp(pooled);
    expect(await use()).toBe('used');
    state.isOpen = false;
    state.answer = 'refused';
    await Promise.all(Array.from({ length: 10 }, use));
    expect(state.binds).toBe(2);
    expect(state.most).toBe(1);
  });
});

describe('the connection of a service account', () => {
  it('is closed after each login where it is not kept, however the login ends', async () => {
    const { account, state, use } = setUp(false);
    await use();
    await expect(account.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(state).toMatchObject({ opened: 2, closed: 2 });
  });

  it('is closed when the directory refuses the account', async () => {
    const { state, use } = setUp(true);
    state.answer = 'refused';
    await use();
    expect(state).toMatchObject({ opened: 1, closed: 1 });
  });

  it('is kept from one login to the next, and closed at the end', async () => {
    const { account, state, use } = setUp(true);
    for (let login = 0; login < 3; login++) await use();
    expect(state).toMatchObject({ opened: 1, closed: 0 });
    account.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.closed).toBe(1);
  });

  it('is closed at the end while it is being made, too, and where it cannot be made, nothing is', async () => {
    for (const isDown of [false, true]) {
      const { account, state, use } = setUp(true);
      state.isDown = isDown;
      const used = use();
      await new Promise((resolve) => process.nextTick(resolve));
      account.close();
      await used;
      await new Promise((resolve) => setImmediate(resolve));
      expect(state).toMatchObject({ opened: 1, closed: isDown ? 0 : 1 });
    }
  });

  it('is one for all the logins that come at once, and one for all those that find it lost', async () => {
    const { state, use } = setUp(true);
    await Promise.all([use(), use(), use()]);
    expect(state.opened).toBe(1);
    state.isOpen = false;
    const uses: Promise<unknown>[] = [];
    for (let login = 0; login < 10; login++) {
      uses.push(use());
      await Promise.resolve();
    }
    await Promise.all(uses);
    expect(state.opened).toBe(2);
  });

  it('is made anew after it could not be made', async () => {
    const { state, use } = setUp(true);
    state.isDown = true;
    expect(await use()).toBeInstanceOf(DirectoryDownError);
    state.isDown = false;
    expect(await use()).toBe('used');
  });

  /** Fails once with an error, after a first login if there is one. */
  const failing = async (error: Error, isKept: boolean) => {
    const { account, state, use } = setUp(true);
    if (isKept) await use();
    let tries = 0;
    const outcome = await account
      .run(async () => {
        if (tries++ > 0) return 'used';
        state.isOpen = false;
        throw error;
      })
      .catch((reason: unknown) => reason);
    return { outcome, opened: state.opened };
  };

  it('is replaced once where it was kept and turns out to be lost', async () => {
    expect(await failing(new DirectoryDownError('It is gone.'), true)).toEqual({ outcome: 'used', opened: 2 });
  });

  it.each([
    ['has just been made', new DirectoryDownError('It is gone.'), false],
    ['did not answer in time', new DirectoryTimeoutError('A search', 5), true],
    ['answers, though with an error', new Error('busy'), true],
  ])('is not replaced where it %s', async (_what, error, isKept) => {
    expect(await failing(error, isKept)).toEqual({ outcome: error, opened: 1 });
  });
});
