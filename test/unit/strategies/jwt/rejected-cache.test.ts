import { jest } from '@jest/globals';
import { SYSTEM_CLOCK } from '../../../../lib/clock.js';
import { JwtAuthenticator } from '../../../../lib/strategies/jwt/jwt.authenticator.js';
import { readSettings } from '../../../../lib/strategies/jwt/jwt-validator.schema.js';
import { LocalKeys } from '../../../../lib/strategies/jwt/key-set.js';
import { RemoteKeys } from '../../../../lib/strategies/jwt/remote-keys.js';
import { createVerificationKey } from '../../../../lib/strategies/jwt/verification-key.js';
import { rejected } from '../../../../lib/strategies/strategy.js';
import { createKey, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare } from './setup.js';

const START = 1_800_000_000_000;
const key = createKey('ES256');
const forger = createKey('ES256', { kid: key.kid });
const header = { alg: 'ES256', kid: key.kid };
const HERE = { clock: SYSTEM_CLOCK, warn: () => {} };
const passes = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1000);

/** An authenticator that counts how many signatures it has checked. */
function countSignatures(rejectedCacheConfig?: object) {
  const settings = readSettings({ signatureConfig: { publicKey: key.pem }, ...(rejectedCacheConfig && { rejectedCacheConfig }) });
  const made = createVerificationKey({ key: key.publicKey, algorithms: ['ES256'], kid: key.kid });
  const [verify] = [...made.verifiers.values()];
  let checked = 0;
  const counting: typeof verify = (input, signature) => {
    checked++;
    return verify?.(input, signature) ?? false;
  };
  const authenticator = new JwtAuthenticator(
    'sts',
    settings,
    new LocalKeys([{ ...made, verifiers: new Map([['ES256', counting]]) }]),
    HERE,
  );
  return { authenticator, checked: () => checked };
}

beforeEach(() => {
  jest.useFakeTimers({ now: START, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a refused token', () => {
  const forged = mintRaw(forger, header, goodClaims({ exp: 9e9 }));

  it('is checked every time, unless the config says otherwise', async () => {
    const { authenticator, checked } = countSignatures();
    for (let round = 0; round < 3; round++) expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
    expect(checked()).toBe(3);
  });

  it.each([
    [{ capacity: 2, defaultMaxAge: 5 }, 5],
    [{}, 10],
  ])('is remembered with the rejectedCacheConfig %j, for %i seconds', async (config, seconds) => {
    const { authenticator, checked } = countSignatures(config);
    for (let round = 0; round < 3; round++) expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
    expect(checked()).toBe(1);
    passes(seconds - 0.1);
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
    expect(checked()).toBe(1);
    passes(0.1);
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
    expect(checked()).toBe(2);
  });

  it('displaces no good one, and only so many others', async () => {
    const { authenticator, checked } = countSignatures({ capacity: 2 });
    const good = mintRaw(key, header, goodClaims({ iat: undefined, exp: 9e9 }));
    expect(await outcomeOf(authenticator, good)).toBe('accepted');
    for (let jti = 0; jti < 1200; jti++)
      await outcomeOf(authenticator, `${good.slice(0, good.lastIndexOf('.'))}.${Buffer.alloc(64, `${jti}`).toString('base64url')}`);
    const before = checked();
    expect(await outcomeOf(authenticator, good)).toBe('accepted');
    expect(checked()).toBe(before);
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
    expect(checked()).toBe(before + 1);
  });

  it('is never remembered for what time alone makes good', async () => {
    const authenticator = await prepare({ signatureConfig: { publicKey: key.pem }, rejectedCacheConfig: {}, maxTokenAge: 1e9 });
    const early = mintRaw(key, header, goodClaims({ iat: START / 1000, nbf: START / 1000 + 2, exp: 9e9 }));
    const ahead = mintRaw(key, header, goodClaims({ iat: START / 1000 + 2, exp: 9e9 }));
    expect(await outcomeOf(authenticator, early)).toBe('not_yet_valid');
    expect(await outcomeOf(authenticator, ahead)).toBe('issued_in_future');
    passes(2);
    expect(await outcomeOf(authenticator, early)).toBe('accepted');
    expect(await outcomeOf(authenticator, ahead)).toBe('accepted');
  });

  it('is refused for its own reason, whatever its binding is', async () => {
    const settings = readSettings({ signatureConfig: { publicKey: key.pem } });
    const keys = new LocalKeys([createVerificationKey({ key: key.publicKey, algorithms: ['ES256'], kid: key.kid })]);
    const authenticator = new JwtAuthenticator('sts', settings, keys, { ...HERE, confirm: () => rejected('unbound') });
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
    expect(await outcomeOf(authenticator, mintRaw(key, header, goodClaims({ iat: undefined, exp: 9e9 })))).toBe('unbound');
  });

  it('is checked anew with a new key of the same name', async () => {
    let published = [key.jwk];
    const settings = readSettings({ signatureConfig: { jwksConfig: { url: 'https://sts.test/jwks' } }, rejectedCacheConfig: {} });
    const keys = new RemoteKeys({
      fetch: async () => published,
      algorithms: settings.algorithms,
      freshness: 600,
      clock: SYSTEM_CLOCK,
      warn: () => {},
      close: () => {},
    });
    const authenticator = new JwtAuthenticator('sts', settings, keys, HERE);
    const token = mintRaw(forger, header, goodClaims({ iat: undefined, exp: 9e9 }));
    expect(await outcomeOf(authenticator, token)).toBe('bad_signature');
    published = [forger.jwk];
    await keys.refresh();
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
  });

  it.each([
    [{ defaultMaxAge: 11 }, /rejectedCacheConfig\.defaultMaxAge: must be at most 10/],
    [{ defaultMaxAge: 0 }, /rejectedCacheConfig\.defaultMaxAge: must be a number of seconds above 0/],
    [{ defaultMaxAge: -1 }, /rejectedCacheConfig\.defaultMaxAge/],
    [{ capacity: 0 }, /rejectedCacheConfig\.capacity: must be at least 1/],
    [{ capacitiy: 5 }, /capacity/],
  ])('is remembered within bounds: refuses %j', async (rejectedCacheConfig, message) => {
    await expect(prepare({ signatureConfig: { publicKey: key.pem }, rejectedCacheConfig })).rejects.toThrow(message);
  });
});
