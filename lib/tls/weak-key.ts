import type { KeyObject, X509Certificate } from 'node:crypto';
import { resultOf } from '../errors.js';

/** The fewest bits of an RSA key that is accepted. @see NIST SP 800-131A Rev. 2 §3 */
const MIN_RSA_BITS = 2048;
/** The fewest bits of an elliptic curve that is accepted: as strong as an RSA key of {@link MIN_RSA_BITS}. @see NIST SP 800-57 Part 1 Rev. 5 §5.6.1.1 */
const MIN_CURVE_BITS = 224;

/** The keys that {@link isWeakKey} accepts, in words. */
export const STRONG_KEYS = `an RSA key needs ${MIN_RSA_BITS} bits, a key on an elliptic curve needs ${MIN_CURVE_BITS} and a curve with a name`;

/** Whether a key is too short to be accepted: an RSA (or DSA) key, or one on a short curve, or on a curve without a name. */
export function isWeakKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const bits = asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined) return bits < MIN_RSA_BITS;
  return asymmetricKeyType === 'ec' && bitsOfCurve(asymmetricKeyDetails?.namedCurve) < MIN_CURVE_BITS;
}

/** The same of the key of a certificate: one that Node cannot read, as on a curve that it does not know, counts as weak. */
export function hasWeakKey(certificate: X509Certificate): boolean {
  return resultOf(() => isWeakKey(certificate.publicKey)) ?? true;
}

/** The names of curves begin with letters, and then say their bits: `prime256v1`, `brainpoolP384r1`. Those of a few old ones say less. */
function bitsOfCurve(name = ''): number {
  return Number(/^[a-z]\d?[a-z]*(\d{3})/i.exec(name)?.[1] ?? 0);
}
