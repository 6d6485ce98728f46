import { jest } from '@jest/globals';
import { importKeys } from '../../../../lib/strategies/jwt/jwks.js';
import { bearer, createKey, goodClaims, mintRaw, type SigningKey } from '../../../support/tokens.js';
import { endpoint, flood, keys, named, next, old, open, other, passes, settled, tokenOf } from './published-keys.js';
import { outcomeOf } from './setup.js';

describe('a rotation', () => {
  it('admits the new key at once, and both for as long as both are published', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    endpoint.keys = [old.jwk, next.jwk];
    expect(await outcomeOf(authenticator, tokenOf(next))).toBe('accepted');
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    expect(endpoint.fetches).toBe(2);
  });

  it('admits everybody with the new key who comes while it is fetched, and fetches once', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    endpoint.keys = [old.jwk, next.jwk];
    endpoint.hold();
    const outcomes = ['a', 'b', 'c'].map((jti) => outcomeOf(authenticator, tokenOf(next, { jti })));
    await settled();
    endpoint.release();
    expect(await Promise.all(outcomes)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(endpoint.fetches).toBe(2);
  });

  it('keeps the verdicts of keys that stay', async () => {
    const authenticator = open();
    const first = await authenticator.authenticate(bearer(tokenOf(old, { jti: 'same' })));
    const token = tokenOf(old);
    const remembered = authenticator.authenticate(bearer(token));
    endpoint.keys = [next.jwk, { ...old.jwk }];
    passes(601);
    await keys.refresh();
    expect(authenticator.authenticate(bearer(token))).toBe(remembered);
    expect(first.outcome).toBe('accepted');
  });

  it('is not kept waiting by an invented name, nor by another rotation seconds before', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    expect(await outcomeOf(authenticator, named('invented'))).toBe('unknown_key');
    endpoint.keys = [old.jwk, next.jwk];
    expect(await outcomeOf(authenticator, tokenOf(next))).toBe('accepted');
    passes(2);
    endpoint.keys = [next.jwk, other.jwk];
    expect(await outcomeOf(authenticator, tokenOf(other))).toBe('accepted');
  });

  it('is not asked about again for ten seconds by the same unknown name', async () => {
    const authenticator = open();
    for (const token of [tokenOf(old), named('invented'), named('invented')]) await outcomeOf(authenticator, token);
    passes(9);
    await outcomeOf(authenticator, named('invented'));
    expect(endpoint.fetches).toBe(2);
    passes(1);
    await outcomeOf(authenticator, named('invented'));
    expect(endpoint.fetches).toBe(3);
  });

  it('is found within six seconds while a flood of unknown names goes on, which fetches five times and then once in six seconds', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    for (let index = 0; index < 200; index++) expect(await outcomeOf(authenticator, named(`k${index}`))).toBe('unknown_key');
    expect(endpoint.fetches).toBe(6);
    passes(5.9);
    expect(await outcomeOf(authenticator, tokenOf(next))).toBe('unknown_key');
    endpoint.keys = [next.jwk];
    passes(0.1);
    expect(await outcomeOf(authenticator, named('k201'))).toBe('unknown_key');
    expect(await outcomeOf(authenticator, tokenOf(next))).toBe('accepted');
    for (let second = 0; second < 60; second++) {
      passes(1);
      await outcomeOf(authenticator, named(`s${second}`));
    }
    expect(endpoint.fetches).toBe(17);
  });

  it('that gives a new key an old name is noticed with the first signature that does not fit', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    endpoint.keys = [{ ...next.jwk, kid: old.kid }];
    const token = mintRaw(next, { alg: 'ES256', kid: old.kid }, goodClaims({ exp: 9e9 }));
    expect(await outcomeOf(authenticator, token)).toBe('bad_signature');
    await settled();
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    const forgeries = Array.from({ length: 50 }, (_, jti) => mintRaw(other, { alg: 'ES256', kid: old.kid }, goodClaims({ jti, exp: 9e9 })));
    const before = endpoint.fetches;
    for (const forgery of forgeries) expect(await outcomeOf(authenticator, forgery)).toBe('bad_signature');
    expect(endpoint.fetches).toBe(before);
  });

  it('that gives a new key an old name is noticed at once, whatever did not fit during the fetch before', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    passes(601);
    endpoint.hold();
    const signedBy = (key: SigningKey) => mintRaw(key, { alg: 'ES256', kid: old.kid }, goodClaims({ exp: 9e9 }));
    expect(await outcomeOf(authenticator, signedBy(other))).toBe('bad_signature');
    endpoint.release();
    await settled();
    endpoint.keys = [{ ...next.jwk, kid: old.kid }];
    expect(await outcomeOf(authenticator, signedBy(next))).toBe('bad_signature');
    await settled();
    expect(await outcomeOf(authenticator, signedBy(next))).toBe('accepted');
  });

  it('that gives an old name to a second new key within seconds is noticed after ten at the latest', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    for (const key of [next, other]) {
      endpoint.keys = [{ ...key.jwk, kid: old.kid }];
      const token = mintRaw(key, { alg: 'ES256', kid: old.kid }, goodClaims({ exp: 9e9 }));
      passes(10);
      await outcomeOf(authenticator, token);
      await settled();
      expect(await outcomeOf(authenticator, token)).toBe('accepted');
    }
  });

  it('that comes after its first token, or twice within seconds, is noticed after ten at the latest, also in a flood of invented names', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(next))).toBe('unknown_key');
    await flood(authenticator, 'before');
    endpoint.keys = [next.jwk];
    expect(await outcomeOf(authenticator, tokenOf(next))).toBe('unknown_key');
    const secondsUntilKnown = async (key: SigningKey) => {
      let waited = 0;
      for (; (await outcomeOf(authenticator, tokenOf(key))) !== 'accepted'; waited++) {
        await flood(authenticator, `${key.kid} ${waited}`);
        passes(1);
      }
      return waited;
    };
    expect(await secondsUntilKnown(next)).toBeLessThanOrEqual(10);
    endpoint.keys = [other.jwk];
    expect(await secondsUntilKnown(other)).toBeLessThanOrEqual(10);
    const before = endpoint.fetches;
    for (let second = 0; second < 60; second++, passes(1)) await flood(authenticator, `more ${second}`);
    expect(endpoint.fetches - before).toBeLessThanOrEqual(5 + 60 / 6);
  });

  it('that changes nothing but the exponent of an RSA key is another key', async () => {
    const { jwk } = createKey('RS256');
    const first = importKeys([jwk], { algorithms: undefined }).keys;
    const [same] = importKeys([{ ...jwk }], { algorithms: undefined }, first).keys.values();
    const [changed] = importKeys([{ ...jwk, e: 'Aw' }], { algorithms: undefined }, first).keys.values();
    expect(same).toBe([...first.values()][0]);
    expect(changed).toBeDefined();
    expect(changed).not.toBe(same);
  });

  it('stops a key that was taken out, and every remembered token of it', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    const first = await authenticator.authenticate(bearer(token));
    expect(authenticator.authenticate(bearer(token))).toBe(first);
    endpoint.keys = [next.jwk];
    passes(601);
    // The request that finds the keys old is answered from them; it has them fetched.
    expect(authenticator.authenticate(bearer(token))).toBe(first);
    await settled();
    expect(await outcomeOf(authenticator, token)).toBe('unknown_key');
    expect(await outcomeOf(authenticator, tokenOf(old, { jti: 'new' }))).toBe('unknown_key');
  });

  it('stops a key whose name now means another key', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    endpoint.keys = [{ ...next.jwk, kid: old.kid }];
    passes(601);
    await keys.refresh();
    expect(await outcomeOf(authenticator, token)).toBe('bad_signature');
  });

  it('stops a key that is no longer for signatures', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    endpoint.keys = [{ ...old.jwk, use: 'enc' }, next.jwk];
    passes(601);
    await keys.refresh();
    expect(await outcomeOf(authenticator, token)).toBe('unknown_key');
  });

  it('is waited for after a long time without requests: a key that was taken out does not get one more request', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    endpoint.keys = [next.jwk];
    passes(600 + 60);
    endpoint.hold();
    const verdict = authenticator.authenticate(bearer(token));
    expect(verdict).toBeInstanceOf(Promise);
    await settled();
    endpoint.release();
    expect(await verdict).toEqual({ outcome: 'rejected', reason: 'unknown_key' });
  });

  it('is waited for by a token that no key from before fits, for as long as the fetch takes', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, named('invented'))).toBe('unknown_key');
    expect(endpoint.fetches).toBe(1);
    passes(900);
    endpoint.keys = [next.jwk];
    endpoint.hold();
    const outcomes = Promise.all([tokenOf(old), tokenOf(next)].map((token) => outcomeOf(authenticator, token)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    endpoint.release();
    expect(await outcomes).toEqual(['accepted', 'accepted']);
    expect(endpoint.fetches).toBe(2);
  });

  it('is waited for no longer than the fetch takes, and no timer is left', async () => {
    const authenticator = open();
    await outcomeOf(authenticator, tokenOf(old));
    passes(900);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('is waited for no longer than a quarter of a second where the keys from before are still good', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    await outcomeOf(authenticator, token);
    passes(900);
    endpoint.hold();
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    // A quarter of a second for each of them would be longer than a test may take.
    for (let jti = 0; jti < 100; jti++) expect(await outcomeOf(authenticator, tokenOf(old, { jti }))).toBe('accepted');
    endpoint.keys = [next.jwk];
    endpoint.release();
    await settled();
    expect(await outcomeOf(authenticator, token)).toBe('unknown_key');
  });

  it('makes no request wait while it is refreshed in time', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    await outcomeOf(authenticator, token);
    passes(601);
    endpoint.hold();
    for (let request = 0; request < 5; request++) expect(authenticator.authenticate(bearer(token))).not.toBeInstanceOf(Promise);
    expect(endpoint.fetches).toBe(2);
    endpoint.release();
  });
});
