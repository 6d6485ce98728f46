import type { Principal } from './principal.js';

/**
 * When the credential of a caller ends, in seconds since the epoch: `exp` of a token, or the end of its certificate, whichever is
 * earlier; undefined for a credential that says no end. A connection or a stream ends then.
 */
export function expiryOf({ claims, certificate }: Principal): number | undefined {
  const ends = [claims?.exp, certificate?.validTo].filter((end): end is number => typeof end === 'number' && Number.isFinite(end));
  return ends.length === 0 ? undefined : Math.min(...ends);
}
