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

  it('lets go of its connections', async () => {
    await open().close?.();
    expect(endpoint.closed).toBe(true);
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
