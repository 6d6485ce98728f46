import type { Socket } from 'node:net';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import { requestOfAuthorization } from '../../../../lib/http/auth-request.js';
import { basic, OneAccount, setUp } from './fake-store.js';

describe('a store that could not find out', () => {
  it('is no answer, costs the user no attempt, and is asked again', async () => {
    const { ask, store } = setUp({ failedLogins: { limit: 1 } });
    store.down = true;
    for (let each = 0; each < 3; each++) await expect(ask(basic('alice:geheim'))).rejects.toBeInstanceOf(AuthUnavailableError);
    store.down = false;
    expect(await ask(basic('alice:geheim'))).toMatchObject({ outcome: 'accepted' });
  });
});

describe('the end of the application', () => {
  it('closes the store, and forgets who has logged in', async () => {
    const { authenticator, ask, store } = setUp();
    await ask(basic('alice:geheim'));
    await authenticator.close?.();
    expect(store.closed).toBe(true);
    store.down = true;
    await expect(ask(basic('alice:geheim'))).rejects.toThrow('down');
  });

  it('needs no store that can be closed', async () => {
    const { authenticator } = setUp({ store: { verify: () => 'refused' } });
    await expect(authenticator.close?.()).resolves.toBeUndefined();
  });
});

describe('what is known of a Basic scheme', () => {
  const dependency = { name: 'ldap', succeeded: 1, failed: 0, breaker: 'closed' } as const;
  const health = { dependency: 'ldap', status: 'up', details: {} } as const;

  it('is how often the cache knew, and what the store says of the calls it makes and of its health', async () => {
    const { authenticator } = setUp({ store: { verify: () => 'refused', calls: dependency, health: async () => health } });
    await authenticator.authenticate(requestOfAuthorization(basic('alice:geheim')));
    expect(authenticator.stats?.()).toEqual({ cache: { hits: 0, misses: 1 }, dependency });
    expect(await authenticator.health?.()).toEqual(health);
  });

  it('is nothing where there is neither a cache nor a dependency', () => {
    const { authenticator } = setUp({ cacheConfig: false });
    expect(authenticator.stats?.()).toEqual({});
    expect(authenticator.health?.()).toBeUndefined();
  });
});

describe('requests over a Unix socket without an address', () => {
  it.each([
    [undefined, 1],
    [false, 0],
  ] as const)('are reported where failed logins are counted (failedLogins: %j)', async (failedLogins, lines) => {
    const warnings: string[] = [];
    const host = { trustedProxies: [], warn: (line: string) => void warnings.push(line) };
    const { authenticator } = setUp({ failedLogins, host });
    const socket = { server: { address: () => '/run/app.sock' } } as unknown as Socket;
    await authenticator.authenticate({ ...requestOfAuthorization(basic('alice:geheim')), socket });
    expect(warnings).toHaveLength(lines);
  });
});

describe('an account that has many names', () => {
  it('has as many guesses as one: then no password is tried at it, and the caller learns how long to wait', async () => {
    const store = new OneAccount();
    const { ask } = setUp({ store, failedLogins: { limit: 3 } });
    const verdicts = [];
    for (const name of ['alice', 'alice.corp.example', 'corp/alice', 'a.smith', 'smith']) verdicts.push(await ask(basic(`${name}:guess`)));
    const refused = { outcome: 'rejected', reason: 'bad_credentials' };
    const wait = { outcome: 'rejected', reason: 'too_many_failed_logins', retryAfter: expect.any(Number) };
    expect(verdicts).toMatchObject([refused, refused, refused, wait, wait]);
    expect(store.tried).toEqual(['alice', 'alice.corp.example', 'corp/alice']);
  });
});
