import type { KeyObject } from 'node:crypto';

/** The fewest bits of an RSA key that is accepted. @see NIST SP 800-131A Rev. 2 §3 */
export const MIN_RSA_BITS = 2048;

/** Whether a key is an RSA (or DSA) key that is too short to be accepted. */
export function isWeakKey({ asymmetricKeyDetails }: KeyObject): boolean {
  const bits = asymmetricKeyDetails?.modulusLength;
  return bits !== undefined && bits < MIN_RSA_BITS;
}
