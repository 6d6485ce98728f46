import { createPrivateKey } from 'node:crypto';
import { jest } from '@jest/globals';
import { SYSTEM_CLOCK } from '../../../../lib/clock.js';
import { JwtAuthenticator } from '../../../../lib/strategies/jwt/jwt.authenticator.js';
import { readSettings } from '../../../../lib/strategies/jwt/jwt-validator.schema.js';
import { RemoteKeys } from '../../../../lib/strategies/jwt/remote-keys.js';
import { createSelfSigned } from '../../../support/certificates.js';
import { bearer, createKey, createSecret, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare } from './setup.js';

const key = createSecret('HS256');
const signatureConfig = { secret: key.secret };
const START = 1_800_000_000_000;
const sign = (changes: Record<string, unknown> = {}) => mintRaw(key, { alg: 'HS256' }, goodClaims(changes));
const passes = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1000);

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a remembered token', () => {
  it('gets the very same verdict, without a promise', async () => {
    const authenticator = await prepare({ signatureConfig });
    const token = sign();
    const first = authenticator.authenticate(bearer(token));
    expect(first).not.toBeInstanceOf(Promise);
    expect(first).toMatchObject({ outcome: 'accepted' });
    expect(authenticator.authenticate(bearer(token))).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it('costs one reading of each clock, with published keys as well', async () => {
    const published = createKey('ES256');
    const reads = { wall: 0, monotonic: 0 };
    const counting = (name: 'wall' | 'monotonic') => () => {
      reads[name]++;
      return SYSTEM_CLOCK[name]();
    };
    const surroundings = { clock: { wall: counting('wall'), monotonic: counting('monotonic') }, warn: () => {} };
    const settings = readSettings({ signatureConfig: { jwksConfig: { url: 'https://sts.test/jwks' } } });
    const init = { fetch: async () => [published.jwk], algorithms: undefined, freshness: 600, close: () => {} };
    const authenticator = new JwtAuthenticator('sts', settings, new RemoteKeys({ ...init, ...surroundings }), surroundings);
    const request = bearer(mintRaw(published, { alg: 'ES256', kid: published.kid }, goodClaims()));
    const first = await authenticator.authenticate(request);
    Object.assign(reads, { wall: 0, monotonic: 0 });
    expect(authenticator.authenticate(request)).toBe(first);
    expect(reads).toEqual({ wall: 1, monotonic: 1 });
  });

  it('is counted, and keys that are here depend on nothing', async () => {
    const [authenticator, without] = [await prepare({ signatureConfig }), await prepare({ signatureConfig, cacheConfig: false })];
    const token = sign();
    for (const each of [authenticator, authenticator, without]) each.authenticate(bearer(token));
    expect([authenticator.stats?.(), without.stats?.()]).toEqual([{ cache: { hits: 1, misses: 1 } }, {}]);
    expect([await authenticator.health?.(), await without.health?.()]).toEqual([undefined, undefined]);
  });

  it('is forgotten when the application closes', async () => {
    const authenticator = await prepare({ signatureConfig });
    const token = sign();
    const first = authenticator.authenticate(bearer(token));
    await authenticator.close?.();
    expect(authenticator.authenticate(bearer(token))).not.toBe(first);
  });

  it('is verified every time with cacheConfig: false', async () => {
    const authenticator = await prepare({ signatureConfig, cacheConfig: false });
    const token = sign();
    const first = authenticator.authenticate(bearer(token));
    expect(authenticator.authenticate(bearer(token))).not.toBe(first);
    expect(authenticator.authenticate(bearer(token))).toEqual(first);
  });

  it('is not remembered past its exp, not even for the clock skew', async () => {
    const authenticator = await prepare({ signatureConfig, clockSkew: 30 });
    const token = sign({ exp: START / 1000 + 60 });
    const first = authenticator.authenticate(bearer(token));
    passes(59);
    expect(authenticator.authenticate(bearer(token))).toBe(first);
    passes(1);
    const inSkew = authenticator.authenticate(bearer(token));
    expect(inSkew).toEqual(first);
    expect(inSkew).not.toBe(first);
    expect(authenticator.authenticate(bearer(token))).not.toBe(inSkew);
    passes(30);
    expect(await outcomeOf(authenticator, token)).toBe('expired');
  });

  it('is remembered no longer because the wall clock is set back: each lives for as long as it had left', async () => {
    const authenticator = await prepare({ signatureConfig, cacheConfig: { defaultMaxAge: 30 } });
    const token = sign({ exp: START / 1000 + 3600, iat: START / 1000 - 7200 });
    const first = authenticator.authenticate(bearer(token));
    jest.setSystemTime(START - 3_600_000);
    jest.advanceTimersByTime(29_000);
    expect(authenticator.authenticate(bearer(token))).toBe(first);
    jest.advanceTimersByTime(1_000);
    const second = authenticator.authenticate(bearer(token));
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });

  it('is not remembered past maxTokenAge', async () => {
    const authenticator = await prepare({ signatureConfig, maxTokenAge: 60 });
    const token = sign({ exp: START / 1000 + 3600 });
    const first = authenticator.authenticate(bearer(token));
    passes(59);
    expect(authenticator.authenticate(bearer(token))).toBe(first);
    passes(1);
    expect(await outcomeOf(authenticator, token)).toBe('too_old');
  });

  it('is not remembered for longer than defaultMaxAge', async () => {
    const authenticator = await prepare({ signatureConfig, cacheConfig: { defaultMaxAge: 10 } });
    const token = sign();
    const first = authenticator.authenticate(bearer(token));
    passes(9);
    expect(authenticator.authenticate(bearer(token))).toBe(first);
    passes(1);
    expect(authenticator.authenticate(bearer(token))).not.toBe(first);
  });

  it('is known by all of it: another signature is another token', async () => {
    const authenticator = await prepare({ signatureConfig });
    const token = sign();
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    const [header, payload] = token.split('.');
    expect(await outcomeOf(authenticator, `${header}.${payload}.`)).toBe('bad_signature');
    expect(await outcomeOf(authenticator, `${header}.${payload}.${Buffer.alloc(32).toString('base64url')}`)).toBe('bad_signature');
  });

  it('is the least recently used that goes when there are too many', async () => {
    const authenticator = await prepare({ signatureConfig, cacheConfig: { capacity: 2 } });
    const [a, b, c] = [sign({ jti: 'a' }), sign({ jti: 'b' }), sign({ jti: 'c' })];
    const verdictOf = (token: string) => authenticator.authenticate(bearer(token));
    const [first, second] = [verdictOf(a), verdictOf(b)];
    expect(verdictOf(a)).toBe(first);
    verdictOf(c);
    expect(verdictOf(a)).toBe(first);
    expect(verdictOf(b)).not.toBe(second);
  });

  it('stays whatever flood of bad tokens comes', async () => {
    const authenticator = await prepare({ signatureConfig, cacheConfig: { capacity: 2 } });
    const token = sign();
    const first = authenticator.authenticate(bearer(token));
    const forger = createSecret('HS256');
    for (let index = 0; index < 100; index++) {
      const bad = [mintRaw(forger, { alg: 'HS256' }, goodClaims({ jti: index })), sign({ jti: index, exp: 1 }), `a.b.${index}`];
      for (const each of bad) expect(await outcomeOf(authenticator, each)).not.toBe('accepted');
    }
    expect(authenticator.authenticate(bearer(token))).toBe(first);
  });

  it('is looked up by whatever spelling of the scheme and number of spaces, and by nothing else', async () => {
    const authenticator = await prepare({ signatureConfig });
    const token = sign();
    const verdictOf = (authorization: string) => authenticator.authenticate({ headers: { authorization }, rawHeaders: [] });
    const first = verdictOf(`Bearer ${token}`);
    for (const header of [`bearer ${token}`, `BEARER   ${token}`]) expect(verdictOf(header)).toBe(first);
    for (const header of [
      `Bearer\t${token}`,
      `Bearer ${token} `,
      `Bearer ${token},`,
      `Bearer ${token}=`,
      `Bearer  `,
      'Bearer',
      `Bearer${' '.repeat(16_384)}${token}`,
    ])
      expect(verdictOf(header)).toMatchObject({ outcome: 'rejected' });
    for (const header of [`Basic ${token}`, `Bearers ${token}`, token]) expect(verdictOf(header)).toEqual({ outcome: 'absent' });
  });

  it('answers without a promise for a new token, too, where the keys are at hand', async () => {
    const rsa = createKey('RS256');
    const authenticator = await prepare({ signatureConfig: { publicKey: rsa.pem } });
    expect(authenticator.authenticate(bearer(mintRaw(rsa, { alg: 'RS256' }, goodClaims())))).toMatchObject({ outcome: 'accepted' });
    expect(authenticator.authenticate(bearer('a.b.c'))).toMatchObject({ outcome: 'rejected' });
  });

  it('ends with the certificate that verified it', async () => {
    const { certPem, keyPem } = await createSelfSigned({ notBefore: new Date(START - 1000), notAfter: new Date(START + 60_000) });
    const authenticator = await prepare({ signatureConfig: { certFile: certPem } });
    const token = mintRaw({ alg: 'ES256', privateKey: createPrivateKey(keyPem) }, { alg: 'ES256' }, goodClaims());
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    passes(60);
    expect(await outcomeOf(authenticator, token)).toBe('certificate_expired');
  });
});
