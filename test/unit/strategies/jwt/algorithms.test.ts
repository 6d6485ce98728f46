import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { SIGNATURE_ALGORITHMS } from '../../../../lib/strategies/jws/algorithms.js';
import { createKey, createSecret, goodClaims, mintRaw, type SigningKey } from '../../../support/tokens.js';
import { outcomeOf, prepare } from './setup.js';

const ASYMMETRIC = SIGNATURE_ALGORITHMS.filter((alg) => !alg.startsWith('HS'));

it('allows the RSA algorithms of an RSA key without "alg", and only those that the option names', async () => {
  const key = createKey('RS256');
  const { alg: _, ...jwk } = key.jwk;
  const all = await prepare({ signatureConfig: { jwks: { keys: [jwk] } } });
  const narrowed = await prepare({ algorithms: ['PS256', 'ES256'], signatureConfig: { jwks: { keys: [jwk] } } });
  for (const alg of ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const) {
    const token = mintRaw(key, { alg, kid: key.kid }, goodClaims(), alg);
    expect(await outcomeOf(all, token)).toBe('accepted');
    expect(await outcomeOf(narrowed, token)).toBe(alg === 'PS256' ? 'accepted' : 'algorithm_not_allowed');
  }
});

describe.each(ASYMMETRIC)('%s', (alg) => {
  let key: SigningKey;
  beforeAll(() => {
    key = createKey(alg);
  });

  it('admits a token by a PEM public key, and by a JWK', async () => {
    const token = mintRaw(key, { alg, kid: key.kid }, goodClaims());
    expect(await outcomeOf(await prepare({ signatureConfig: { publicKey: key.pem } }), token)).toBe('accepted');
    expect(await outcomeOf(await prepare({ signatureConfig: { jwks: { keys: [key.jwk] } } }), token)).toBe('accepted');
  });

  it('refuses the signature of another key, a changed one and one of any wrong length', async () => {
    const authenticator = await prepare({ signatureConfig: { publicKey: key.pem } });
    const [header, payload] = mintRaw(key, { alg }, goodClaims()).split('.');
    const foreign = mintRaw(createKey(alg), { alg }, goodClaims());
    expect(await outcomeOf(authenticator, foreign)).toBe('bad_signature');
    for (const length of [0, 1, 63, 64, 65, 96, 114, 132, 255, 256, 257]) {
      const signature = Buffer.alloc(length).toString('base64url');
      expect(await outcomeOf(authenticator, `${header}.${payload}.${signature}`)).toBe('bad_signature');
    }
  });

  it('refuses every algorithm that the key does not fit', async () => {
    const authenticator = await prepare({ signatureConfig: { jwks: { keys: [key.jwk] } } });
    for (const other of SIGNATURE_ALGORITHMS.filter((name) => name !== alg)) {
      const token = mintRaw(key, { alg: other, kid: key.kid }, goodClaims());
      expect(await outcomeOf(authenticator, token)).toBe('algorithm_not_allowed');
    }
  });
});

describe.each(['HS256', 'HS384', 'HS512'] as const)('%s', (alg) => {
  it('admits a token by the shared secret and refuses one by another', async () => {
    const key = createSecret(alg);
    const authenticator = await prepare({ signatureConfig: { secret: key.secret } });
    expect(await outcomeOf(authenticator, mintRaw(key, { alg }, goodClaims()))).toBe('accepted');
    expect(await outcomeOf(authenticator, mintRaw(createSecret(alg), { alg }, goodClaims()))).toBe('bad_signature');
    const [header, payload] = mintRaw(key, { alg }, goodClaims()).split('.');
    expect(await outcomeOf(authenticator, `${header}.${payload}.`)).toBe('bad_signature');
  });
});

it('allows a public key and a secret only the algorithms that the option names', async () => {
  const rsa = createKey('RS256');
  const narrowed = await prepare({ algorithms: ['PS256', 'ES256'], signatureConfig: { publicKey: rsa.pem } });
  for (const alg of ['RS256', 'PS256', 'PS512'] as const)
    expect(await outcomeOf(narrowed, mintRaw(rsa, { alg }, goodClaims(), alg))).toBe(
      alg === 'PS256' ? 'accepted' : 'algorithm_not_allowed',
    );
  const { secret } = createSecret('HS512');
  const longest = await prepare({ algorithms: ['HS512', 'RS256'], signatureConfig: { secret } });
  for (const alg of ['HS256', 'HS384', 'HS512'] as const) {
    const token = mintRaw(createSecret(alg, secret), { alg }, goodClaims());
    expect(await outcomeOf(longest, token)).toBe(alg === 'HS512' ? 'accepted' : 'algorithm_not_allowed');
  }
});

it('allows a secret the algorithms whose hash is not longer than it', async () => {
  const secret = 'x'.repeat(48);
  const authenticator = await prepare({ signatureConfig: { secret } });
  for (const alg of ['HS256', 'HS384', 'HS512'] as const) {
    const token = mintRaw(createSecret(alg, secret), { alg }, goodClaims());
    expect(await outcomeOf(authenticator, token)).toBe(alg === 'HS512' ? 'algorithm_not_allowed' : 'accepted');
  }
});

it('allows an RSA-PSS key nothing but PS, and of a key with a hash only that one', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048, hashAlgorithm: 'sha384' });
  const authenticator = await prepare({ signatureConfig: { publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString() } });
  const good = mintRaw({ alg: 'PS384', privateKey }, { alg: 'PS384' }, goodClaims());
  expect(await outcomeOf(authenticator, good)).toBe('accepted');
  expect(await outcomeOf(authenticator, mintRaw(createKey('PS256'), { alg: 'PS256' }, goodClaims()))).toBe('algorithm_not_allowed');
  expect(await outcomeOf(authenticator, mintRaw(createKey('RS384'), { alg: 'RS384' }, goodClaims()))).toBe('algorithm_not_allowed');
  expect(createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })).asymmetricKeyType).toBe('rsa-pss');
});
