import type { Authenticator } from 'nest-service-auth';
import { AuthUnavailableError } from 'nest-service-auth';
import { importKeys } from '../../../../lib/strategies/jwt/jwks.js';
import { JwtAuthenticator } from '../../../../lib/strategies/jwt/jwt.authenticator.js';
import { readSettings } from '../../../../lib/strategies/jwt/jwt-validator.schema.js';
import { RemoteKeys } from '../../../../lib/strategies/jwt/remote-keys.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { bearer, createKey, createSecret, goodClaims, mintRaw, type SigningKey } from '../../../support/tokens.js';
import { outcomeOf } from './setup.js';

const [old, next, other] = [createKey('ES256'), createKey('ES256'), createKey('ES256')];
const HOUR = 3600;
const tokenOf = (key: SigningKey, changes = {}) => mintRaw(key, { alg: key.alg, kid: key.kid }, goodClaims({ exp: 9e9, ...changes }));
const passes = (seconds: number) => clock.passes(seconds);
/** A token that names a key which nobody has. */
const named = (kid: string) => mintRaw(other, { alg: 'ES256', kid }, goodClaims({ exp: 9e9 }));
/** Tokens with a hundred invented names. */
const flood = async (authenticator: Authenticator, about: string) => {
  for (let name = 0; name < 100; name++) await outcomeOf(authenticator, named(`${about} ${name}`));
};
/** Lets what is under way in the background come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** An issuer that publishes keys, and may be down, or slow. */
class Endpoint {
  keys: unknown[] = [old.jwk];
  down = false;
  fetches = 0;
  closed = false;
  private waiting: (() => void)[] | undefined;

  async fetch(): Promise<readonly unknown[]> {
    this.fetches++;
    const { waiting } = this;
    if (waiting !== undefined) await new Promise<void>((resolve) => waiting.push(resolve));
    if (this.down) throw new AuthUnavailableError('nobody listens there');
    return this.keys;
  }

  hold(): void {
    this.waiting = [];
  }

  release(): void {
    const { waiting = [] } = this;
    this.waiting = undefined;
    for (const resolve of waiting) resolve();
  }
}

let clock: FakeClock;
let endpoint: Endpoint;
let lines: string[];
let keys: RemoteKeys;

function open(config: object = {}, freshness = 600): Authenticator {
  const settings = readSettings({ signatureConfig: { jwksConfig: { url: 'https://sts.test/jwks' } }, ...config });
  const warn = (message: string) => void lines.push(message);
  const close = () => {
    endpoint.closed = true;
  };
  keys = new RemoteKeys({ fetch: () => endpoint.fetch(), algorithms: settings.algorithms, freshness, clock, warn, close });
  return new JwtAuthenticator('sts', settings, keys, { clock, warn });
}

beforeEach(() => {
  clock = new FakeClock();
  endpoint = new Endpoint();
  lines = [];
});

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

  it('is waited for where nobody asked for long: a key that was taken out does not get one more request', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    endpoint.keys = [next.jwk];
    passes(600 + 60);
    const verdict = authenticator.authenticate(bearer(token));
    expect(verdict).toBeInstanceOf(Promise);
    expect(await verdict).toEqual({ outcome: 'rejected', reason: 'unknown_key' });
  });

  it('is waited for no longer than a quarter of a second where the keys from before are still good', async () => {
    const authenticator = open();
    const token = tokenOf(old);
    await outcomeOf(authenticator, token);
    passes(900);
    endpoint.hold();
    const startedAt = performance.now();
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    expect(performance.now() - startedAt).toBeLessThan(2000);
    const again = performance.now();
    for (let jti = 0; jti < 20; jti++) expect(await outcomeOf(authenticator, tokenOf(old, { jti }))).toBe('accepted');
    expect(performance.now() - again).toBeLessThan(200);
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

  it('does not leave keys good that nobody used for longer than that', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    endpoint.down = true;
    passes(600 + HOUR);
    await expect(outcomeOf(authenticator, tokenOf(old))).rejects.toBeInstanceOf(AuthUnavailableError);
  });

  it('makes unknown keys a matter of "could not find out", and known ones none', async () => {
    const authenticator = open();
    expect(await outcomeOf(authenticator, tokenOf(old))).toBe('accepted');
    endpoint.down = true;
    await expect(outcomeOf(authenticator, tokenOf(next))).rejects.toBeInstanceOf(AuthUnavailableError);
    await expect(outcomeOf(authenticator, tokenOf(next))).rejects.toBeInstanceOf(AuthUnavailableError);
    expect(endpoint.fetches).toBe(2);
    expect(await outcomeOf(authenticator, tokenOf(old, { jti: 'a' }))).toBe('accepted');
    const forged = mintRaw(other, { alg: 'ES256', kid: old.kid }, goodClaims());
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
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
