import { generateKeyPairSync, getCurves } from 'node:crypto';
import { isWeakKey } from '../../../lib/tls/weak-key.js';

const onCurve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey;
const isKnown = (curve: string) => getCurves().includes(curve);

describe('a key is too short', () => {
  it.each(['secp112r1', 'sect113r1', 'secp160r1', 'brainpoolP160r1', 'prime192v1', 'sect193r1', 'c2pnb163v1'].filter(isKnown))(
    'on the curve %s',
    (curve) => {
      expect(isWeakKey(onCurve(curve))).toBe(true);
    },
  );

  it('of RSA below 2048 bits, and of DSA', () => {
    expect(isWeakKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)).toBe(true);
    expect(isWeakKey(generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey)).toBe(true);
  });

  it.each([undefined, 'wap-wsg-idm-ecid-wtls12', '521r1', '-secp521r1'])(
    'where the name of its curve does not say its bits: %s',
    (namedCurve) => {
      expect(isWeakKey({ asymmetricKeyType: 'ec', asymmetricKeyDetails: { namedCurve } } as never)).toBe(true);
    },
  );
});

describe('a key is long enough', () => {
  const long = ['prime256v1', 'secp224r1', 'secp256k1', 'secp384r1', 'secp521r1', 'brainpoolP256r1', 'brainpoolP512t1', 'c2tnb239v1'];
  it.each(long.filter(isKnown))('on the curve %s', (curve) => {
    expect(isWeakKey(onCurve(curve))).toBe(false);
  });

  it('of RSA with 2048 bits, and of Edwards curves', () => {
    expect(isWeakKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)).toBe(false);
    expect(isWeakKey(generateKeyPairSync('ed25519').publicKey)).toBe(false);
    expect(isWeakKey(generateKeyPairSync('ed448').publicKey)).toBe(false);
  });
});
