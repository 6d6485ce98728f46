import { ALICE, basic, from, setUp } from './fake-store.js';

describe('a Basic scheme', () => {
  it('asks for Basic in UTF-8', () => {
    expect(setUp().authenticator.challenges).toEqual([{ scheme: 'Basic', params: { charset: 'UTF-8' } }]);
  });

  it('names the user that the store knows', async () => {
    expect(await setUp().ask(basic('alice:geheim'))).toEqual({
      outcome: 'accepted',
      principal: {
        scheme: 'internal',
        method: 'basic',
        username: 'alice',
        scopes: ['read'],
        roles: ['clerk'],
        permissions: [],
        claims: {},
      },
    });
  });

  it.each([undefined, 'Bearer abc', 'Basically YTpi'])('has nothing to say of %s', (authorization) => {
    expect(setUp().ask(authorization)).toEqual({ outcome: 'absent' });
  });

  it.each([
    'Basic',
    'Basic ',
    'Basic\tYTpi',
    'Basic YTpi x',
    'Basic !',
    'Basic YTpi=',
    `Basic ${Buffer.from('nocolon').toString('base64')}`,
  ])('refuses "%s" without asking the store', (authorization) => {
    const { ask, store } = setUp();
    expect(ask(authorization)).toMatchObject({ outcome: 'rejected', reason: 'malformed_credentials' });
    expect(store.asked).toEqual([]);
  });

  it('refuses a header of more than 8 KiB without asking the store', () => {
    expect(setUp().ask(basic(`alice:${'x'.repeat(8192)}`))).toMatchObject({ outcome: 'rejected', reason: 'too_long' });
  });

  it.each(['basic', 'BASIC', 'Basic  '])('reads the scheme however it is written: "%s"', async (scheme) => {
    expect(await setUp().ask(`${scheme} ${Buffer.from('alice:geheim').toString('base64')}`)).toMatchObject({ outcome: 'accepted' });
  });

  it('gives an unknown user and a wrong password the same answer', async () => {
    const { ask } = setUp();
    const unknown = await ask(basic('mallory:geheim'));
    expect(unknown).toEqual({ outcome: 'rejected', reason: 'bad_credentials' });
    expect(await ask(basic('alice:falsch'))).toEqual(unknown);
  });
});

describe('a repeated login', () => {
  it('is answered at once, without the store', async () => {
    const { ask, store } = setUp();
    const first = await ask(basic('alice:geheim'));
    expect(ask(basic('alice:geheim'))).toBe(first);
    expect(store.asked).toEqual(['alice']);
  });

  it('asks the store again when what was known of the user has changed', async () => {
    const { ask, store } = setUp();
    await ask(basic('alice:geheim'));
    store.current = false;
    expect(await ask(basic('alice:geheim'))).toMatchObject({ outcome: 'accepted' });
    expect(store.asked).toEqual(['alice', 'alice']);
  });

  it('is forgotten when the store has disowned it, even if the store knows it later', async () => {
    const { ask, store } = setUp();
    await ask(basic('alice:geheim'));
    store.current = false;
    store.down = true;
    await expect(ask(basic('alice:geheim'))).rejects.toThrow('down');
    store.current = true;
    await expect(ask(basic('alice:geheim'))).rejects.toThrow('down');
  });

  it('asks the store again when it is too long ago', async () => {
    const { ask, store } = setUp({ cacheConfig: { defaultMaxAge: 0.001 } });
    await ask(basic('alice:geheim'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await ask(basic('alice:geheim'));
    expect(store.asked).toHaveLength(2);
  });

  it('asks the store again when others have taken its place', async () => {
    const { ask, store } = setUp({ cacheConfig: { capacity: 1 } });
    store.verify = async (username) => {
      store.asked.push(username);
      return { ...ALICE, username };
    };
    for (const name of ['alice', 'bob', 'alice']) await ask(basic(`${name}:geheim`));
    expect(store.asked).toEqual(['alice', 'bob', 'alice']);
  });

  it('is not remembered when it was refused', async () => {
    const { ask, store } = setUp();
    await ask(basic('alice:falsch'));
    await ask(basic('alice:falsch'));
    expect(store.asked).toHaveLength(2);
  });

  it('shares one check with others that come at the same time', async () => {
    const { ask, store } = setUp({ failedLogins: { limit: 1 } });
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => ask(basic('alice:geheim'))));
    expect(verdicts.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    expect(store.asked).toHaveLength(1);
  });
});

describe('too many failed logins', () => {
  const failTimes = async (ask: (authorization: string) => unknown, times: number) => {
    for (let each = 0; each < times; each++) await ask(basic(`alice:falsch ${each}`));
  };

  it('are answered with a time to wait, the right password too', async () => {
    const { ask, store } = setUp();
    await failTimes(ask, 10);
    store.asked.length = 0;
    expect(await ask(basic('alice:geheim'))).toEqual({
      outcome: 'rejected',
      reason: 'too_many_failed_logins',
      retryAfter: expect.any(Number),
    });
    expect(store.asked).toEqual([]);
  });

  it('keep a guesser from finding out that a remembered login would be right', async () => {
    const { ask } = setUp();
    await ask(basic('alice:geheim'));
    await failTimes(ask, 11);
    expect(await ask(basic('alice:geheim'))).toMatchObject({ outcome: 'rejected', reason: 'too_many_failed_logins' });
  });

  it('do not end a remembered login from another address', async () => {
    const { authenticator } = setUp();
    await authenticator.authenticate(from('192.0.2.1', basic('alice:geheim')));
    await failTimes((authorization) => authenticator.authenticate(from('203.0.113.9', authorization)), 20);
    expect(authenticator.authenticate(from('192.0.2.1', basic('alice:geheim')))).toMatchObject({ outcome: 'accepted' });
  });

  it('are the same for a user who does not exist', async () => {
    const { ask } = setUp();
    for (let each = 0; each < 10; each++) await ask(basic(`mallory:falsch ${each}`));
    expect(await ask(basic('mallory:falsch'))).toMatchObject({ outcome: 'rejected', reason: 'too_many_failed_logins' });
  });

  it('are not counted for headers that hold no guess', async () => {
    const { ask } = setUp({ failedLogins: { limit: 1 } });
    for (let each = 0; each < 5; each++) await ask('Basic !');
    expect(await ask(basic('alice:geheim'))).toMatchObject({ outcome: 'accepted' });
  });

  it('do not matter where the limit is turned off', async () => {
    const { ask } = setUp({ failedLogins: false });
    await failTimes(ask, 30);
    expect(await ask(basic('alice:geheim'))).toMatchObject({ outcome: 'accepted' });
  });
});
