import { AuthUnavailableError } from 'nest-service-auth';
import { bearer, createSecret, goodClaims, mintRaw } from '../../../support/tokens.js';
import { clock, endpoint, HOUR, keys, lines, next, old, open, passes, settled, tokenOf } from './published-keys.js';
import { outcomeOf } from './setup.js';

describe('a published key set', () => {
  it('is fetched once for all the requests that wait for it, and then answers without a promise', async () => {
    const authenticator = open();
    endpoint.hold();
    const waiting = [1, 2, 3].map((jti) => authenticator.authenticate(bearer(tokenOf(old, { jti }))));
    expect(waiting.every((each) => each instanceof Promise)).toBe(true);
    endpoint.release();
    for (const verdict of await Promise.all(waiting)) expect(verdict.outcome).toBe('accepted');
    expect(endpoint.fetches).toBe(1);
    expect(authenticator.authenticate(bearer(tokenOf(old, { jti: 4 })))).toMatchObject({ outcome: 'accepted' });
  });

  it('is not fetched for tokens that no key of it could have signed', async () => {
    const authenticator = open({ algorithms: ['ES256'] });
    for (const alg of ['HS256', 'RS256', 'none']) {
      const token = mintRaw(createSecret('HS256'), { alg, kid: 'x' }, goodClaims());
      expect(await outcomeOf(authenticator, token)).toBe('algorithm_not_allowed');
    }
    expect(await outcomeOf(authenticator, 'a.b.c')).toBe('malformed_token');
    expect(endpoint.fetches).toBe(0);
  });

  it('is never one of secrets, even if the config names HMAC algorithms', async () => {
    const secret = createSecret('HS256');
    endpoint.keys = [{ kty: 'oct', k: Buffer.from(secret.secret).toString('base64url'), alg: 'HS256', kid: 'oct' }];
    const authenticator = open();
    expect(await outcomeOf(authenticator, mintRaw(secret, { alg: 'HS256', kid: 'oct' }, goodClaims()))).toBe('algorithm_not_allowed');
  });

  it('says once which keys are not used, for as long as they stay', async () => {
    endpoint.keys = [old.jwk, { ...next.jwk, use: 'enc' }];
    const authenticator = open();
    for (let round = 0; round < 3; round++) {
      expect(await outcomeOf(authenticator, tokenOf(old, { jti: round }))).toBe('accepted');
      passes(601);
      await keys.refresh();
    }
    expect(lines).toEqual([`Keys of the key set that are not used: key "${next.kid}": its "use" is "enc".`]);
  });

  it('says again which keys are not used, where they were gone', async () => {
    open();
    const bad = { ...next.jwk, use: 'enc' };
    for (const set of [[old.jwk, bad], [old.jwk], [old.jwk, bad], [old.jwk, bad, 7]]) {
      endpoint.keys = set;
      await keys.refresh();
    }
    const word = `key "${next.kid}": its "use" is "enc"`;
    expect(lines).toEqual(
      [word, word, 'a key without "kid": it is not an object'].map((each) => `Keys of the key set that are not used: ${each}.`),
    );
  });

  it('lets go of its connections, and does not report the fetch that this ends', async () => {
    const authenticator = open();
    endpoint.hold();
    const waiting = outcomeOf(authenticator, tokenOf(old));
    await authenticator.close?.();
    expect(endpoint.closed).toBe(true);
    endpoint.down = true;
    endpoint.release();
    await expect(waiting).rejects.toBeInstanceOf(AuthUnavailableError);
    await expect(waiting).rejects.toMatchObject({ retryAfter: undefined });
    expect([lines, keys.fetches]).toEqual([[], { succeeded: 0, failed: 0 }]);
  });
});

describe('the health of a published key set', () => {
  const up = { dependency: 'jwks', status: 'up', details: { keys: 'fresh', usable: 1 } };

  it('is up as soon as there are keys, which it fetches where no request does', async () => {
    open();
    expect(await keys.health()).toEqual(up);
    expect(await keys.health()).toEqual(up);
    expect(keys.fetches).toEqual({ succeeded: 1, failed: 0 });
    passes(600);
    endpoint.hold();
    expect(await keys.health()).toEqual(up);
    expect(endpoint.fetches).toBe(2);
    endpoint.release();
  });

  it('is down without keys, degraded where the last fetch failed, and up again', async () => {
    open();
    endpoint.down = true;
    expect(await keys.health()).toEqual({ dependency: 'jwks', status: 'down', details: { keys: 'none', usable: 0 } });
    endpoint.down = false;
    passes(1);
    expect(await keys.health()).toEqual(up);
    endpoint.down = true;
    await keys.refresh();
    expect(await keys.health()).toEqual({ ...up, status: 'degraded', details: { keys: 'stale', usable: 1 } });
    expect(keys.fetches).toEqual({ succeeded: 1, failed: 2 });
  });
});

describe('a wall clock that is set back an hour', () => {
  it('does not keep the first keys from being asked for', async () => {
    endpoint.down = true;
    const authenticator = open();
    await expect(outcomeOf(authenticator, tokenOf(old))).rejects.toMatchObject({ retryAfter: 1 });
    clock.setBy(-HOUR);
    await expect(outcomeOf(authenticator, tokenOf(old))).rejects.toMatchObject({ retryAfter: 1 });
    endpoint.down = false;
    passes(1);
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
  });

  it('does not prolong the life of a key that was taken out, nor of its remembered tokens', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    endpoint.keys = [next.jwk];
    clock.setBy(-HOUR);
    passes(600);
    await outcomeOf(authenticator, token);
    await settled();
    expect(await outcomeOf(authenticator, token)).toBe('unknown_key');
  });

  it('does not prolong the hour for which old keys serve', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    endpoint.down = true;
    clock.setBy(-HOUR);
    passes(600 + HOUR);
    await expect(outcomeOf(authenticator, tokenOf(old))).rejects.toBeInstanceOf(AuthUnavailableError);
  });

  it('does not keep a new key from being looked for', async () => {
    const authenticator = open();
    for (const token of [tokenOf(old), tokenOf(next)]) await outcomeOf(authenticator, token);
    endpoint.keys = [next.jwk];
    clock.setBy(-HOUR);
    passes(30);
    expect(await outcomeOf(authenticator, tokenOf(next))).toBe('accepted');
  });
});

it('keys are as old as the wall clock says on a machine that was suspended', async () => {
  const authenticator = open();
  const token = tokenOf(old);
  expect(await outcomeOf(authenticator, token)).toBe('accepted');
  endpoint.keys = [next.jwk];
  clock.setBy(2 * HOUR);
  expect(await outcomeOf(authenticator, token)).toBe('unknown_key');
});
