import type { BindAnswer, LdapConnection } from '../../../../../lib/strategies/basic/ldap/ldap-connection.js';
import { ServiceAccount } from '../../../../../lib/strategies/basic/ldap/service-account.js';

/** An account whose binds end as the test says. */
function setUp(pooled: boolean) {
  const state = { answer: 'accepted' as BindAnswer, binds: 0, atOnce: 0, most: 0, now: 0, isOpen: true };
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
    close: () => undefined,
  };
  const account = new ServiceAccount({
    name: 'cn=reader',
    password: 'x',
    pooled,
    open: async () => connection as Partial<LdapConnection> as LdapConnection,
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
      expect(failures[3]).toMatchObject({ message: expect.stringContaining('Check connectionName'), retryAfter: 600 });
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
