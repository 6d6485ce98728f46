import { AuthUnavailableError } from 'nest-service-auth';
import { goodClaims, mintRaw } from '../../../support/tokens.js';
import { endpoint, HOUR, keys, lines, named, next, old, open, other, passes, tokenOf } from './published-keys.js';
import { outcomeOf } from './setup.js';

describe('an endpoint that is down', () => {
  it('makes requests unavailable, tells when to come back, and is tried again with growing pauses', async () => {
    endpoint.down = true;
    const authenticator = open();
    const token = tokenOf(old);
    await expect(outcomeOf(authenticator, token)).rejects.toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE', retryAfter: 1 });
    await expect(outcomeOf(authenticator, token)).rejects.toBeInstanceOf(AuthUnavailableError);
    expect(endpoint.fetches).toBe(1);
    for (const pause of [1, 2, 4, 8, 16, 30, 30]) {
      passes(pause - 0.5);
      await expect(outcomeOf(authenticator, token)).rejects.toBeInstanceOf(AuthUnavailableError);
      const before = endpoint.fetches;
      passes(0.5);
      await expect(outcomeOf(authenticator, token)).rejects.toBeInstanceOf(AuthUnavailableError);
      expect(endpoint.fetches).toBe(before + 1);
    }
    endpoint.down = false;
    passes(30);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    expect(lines).toEqual([
      'The key set cannot be fetched: nobody listens there. It will be tried again.',
      'The key set can be fetched again.',
    ]);
  });

  it('leaves the keys good for an hour, remembered tokens too, and not longer', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    endpoint.down = true;
    passes(601);
    for (let minute = 0; minute < 59; minute++) {
      expect(await outcomeOf(authenticator, token)).toBe('accepted');
      expect(await outcomeOf(authenticator, tokenOf(old, { jti: minute }))).toBe('accepted');
      passes(60);
    }
    passes(60);
    await expect(outcomeOf(authenticator, token)).rejects.toBeInstanceOf(AuthUnavailableError);
    endpoint.down = false;
    passes(30);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
  });

  it('does not keep unused keys good for longer than that', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    endpoint.down = true;
    passes(600 + HOUR);
    await expect(outcomeOf(authenticator, tokenOf(old))).rejects.toBeInstanceOf(AuthUnavailableError);
  });

  it('makes requests wait for a fetch that goes on after that hour', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    passes(900);
    endpoint.hold();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    passes(HOUR);
    const waiting = outcomeOf(authenticator, tokenOf(old));
    endpoint.release();
    expect(await waiting).toBe('accepted');
  });

  it('makes unknown keys a matter of "could not find out", and known ones none', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    endpoint.down = true;
    await expect(outcomeOf(authenticator, tokenOf(next))).rejects.toBeInstanceOf(AuthUnavailableError);
    await expect(outcomeOf(authenticator, tokenOf(next))).rejects.toBeInstanceOf(AuthUnavailableError);
    await expect(outcomeOf(authenticator, named('another'))).rejects.toBeInstanceOf(AuthUnavailableError);
    expect(endpoint.fetches).toBe(2);
    expect(await outcomeOf(authenticator, tokenOf(old, { jti: 'a' }))).toBe('accepted');
    const forged = mintRaw(other, { alg: 'ES256', kid: old.kid }, goodClaims());
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
    expect(endpoint.fetches).toBe(2);
  });

  it('is asked once at a time, however many requests wait', async () => {
    const authenticator = open();
    endpoint.down = true;
    endpoint.hold();
    const waiting = Array.from({ length: 50 }, (_, jti) =>
      outcomeOf(authenticator, tokenOf(old, { jti })).catch((error: Error) => error.name),
    );
    endpoint.release();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['AuthUnavailableError']));
    expect(endpoint.fetches).toBe(1);
  });
});

describe('an endpoint that answers with a set in which no key can verify tokens', () => {
  const useless = [
    ['an empty one', [], 'the answer has no key that can verify tokens.'],
    [
      'keys for encryption',
      [{ ...next.jwk, use: 'enc' }],
      `the answer has no key that can verify tokens; key "${next.kid}": its "use" is "enc".`,
    ],
    ['what is no key', [null, 7], 'the answer has no key that can verify tokens; a key without "kid": it is not an object.'],
  ] as const;

  it.each(useless)('leaves the keys from before in force, says so once, and shows in health: %s', async (_what, set, why) => {
    const authenticator = open();
    const token = tokenOf(old);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    endpoint.keys = [...set];
    for (let minute = 0; minute < 20; minute++) {
      passes(60);
      await keys.refresh();
      expect(await outcomeOf(authenticator, token)).toBe('accepted');
      expect(await keys.health()).toEqual({ dependency: 'jwks', status: 'degraded', details: { keys: 'stale', usable: 1 } });
    }
    expect(lines).toEqual([`The key set cannot be fetched: ${why} It will be tried again.`]);
    passes(3600);
    await expect(outcomeOf(authenticator, token)).rejects.toBeInstanceOf(AuthUnavailableError);
    expect(await keys.health()).toMatchObject({ status: 'down' });
    endpoint.keys = [old.jwk];
    passes(30);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
  });

  it('is unavailable from the start, and not a reason to refuse', async () => {
    endpoint.keys = [];
    await expect(outcomeOf(open(), tokenOf(old))).rejects.toBeInstanceOf(AuthUnavailableError);
  });
});
