import { createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ASYMMETRIC_ALGORITHMS, algorithmsOf, algorithmsOfSecret } from '../../../../lib/strategies/jws/algorithms.js';
import { isOfSmallOrder } from '../../../../lib/strategies/jws/small-order.js';
import { typeName } from '../../../../lib/strategies/jws/type-name.js';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const PSS = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey;
const PSS_SHA384 = generateKeyPairSync('rsa-pss', { modulusLength: 2048, hashAlgorithm: 'sha384', mgf1HashAlgorithm: 'sha384' }).publicKey;
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey;
const ED25519 = generateKeyPairSync('ed25519').publicKey;

const EXPONENT = 'it is an RSA key whose public exponent is not an odd number from 3 to 33 bits';

describe('the algorithms of a key', () => {
  it.each<[string, KeyObject, readonly string[]]>([
    ['an RSA key', RSA, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['an RSA-PSS key without a hash', PSS, ['PS256', 'PS384', 'PS512']],
    ['an RSA-PSS key for one hash', PSS_SHA384, ['PS384']],
    ['a key of P-256', curve('prime256v1'), ['ES256']],
    ['a key of P-384', curve('secp384r1'), ['ES384']],
    ['a key of P-521', curve('secp521r1'), ['ES512']],
    ['a key of Ed25519', ED25519, ['EdDSA', 'Ed25519']],
    ['a key of Ed448', generateKeyPairSync('ed448').publicKey, ['EdDSA', 'Ed448']],
  ])('are those that %s can verify, and no others', (_name, key, algorithms) => {
    expect(algorithmsOf(key)).toEqual(algorithms);
  });

  it.each([
    ['a curve of another kind', curve('secp256k1'), 'its curve "secp256k1" is not one of P-256, P-384 and P-521'],
    ['a key for agreements', generateKeyPairSync('x25519').publicKey, 'it is of the type "x25519", which signs no tokens'],
    ['1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, 'it is an RSA key of 1024 bits, and 2048 are the least'],
    ['the exponent 1', withExponent(Buffer.from([1])), EXPONENT],
    ['an even exponent', withExponent(Buffer.from([4])), EXPONENT],
    ['an exponent of 34 bits', withExponent(Buffer.from([2, 0, 0, 0, 1])), EXPONENT],
    ['an exponent as long as the modulus', withExponent(Buffer.alloc(255, 0xff)), EXPONENT],
  ])('are none for %s', (_name, key, words) => {
    expect(algorithmsOf(key)).toBe(words);
  });

  it.each([[[3]], [[1, 0, 1]], [[1, 0xff, 0xff, 0xff, 0xff]]])('are there for the exponent %j', (octets) => {
    expect(algorithmsOf(withExponent(Buffer.from(octets)))).toContain('RS256');
  });
});

it('takes algorithms with a secret for asymmetric ones in no case', () => {
  expect(ASYMMETRIC_ALGORITHMS).toEqual([
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'Ed448'],
  ]);
});

it.each([
  [31, []],
  [32, ['HS256']],
  [47, ['HS256']],
  [48, ['HS256', 'HS384']],
  [63, ['HS256', 'HS384']],
  [64, ['HS256', 'HS384', 'HS512']],
])('uses a secret of %s octets with the hashes that are no longer than it, and with nothing but HMAC', (octets, algorithms) => {
  expect(algorithmsOfSecret(octets)).toEqual(algorithms);
});

it('calls no key of another kind than an Edwards curve a point of small order', () => {
  const nothing = createSecretKey(Buffer.alloc(32));
  expect([RSA, curve('prime256v1'), nothing].filter(isOfSmallOrder)).toEqual([]);
});

it.each([
  ['application/at+JWT', 'at+jwt'],
  ['AT+jwt', 'at+jwt'],
  ['x-application/at+jwt', 'x-application/at+jwt'],
  ['application/application/at+jwt', 'application/at+jwt'],
])('reads the media type %s as %s', (typ, name) => {
  expect(typeName(typ)).toBe(name);
});

function withExponent(exponent: Buffer): KeyObject {
  return createPublicKey({ key: { ...RSA.export({ format: 'jwk' }), e: exponent.toString('base64url') }, format: 'jwk' });
}
