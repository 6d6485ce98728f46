import type { Principal } from './principal.js';

/**
 * When the credential of a caller ends, in seconds since the epoch: `exp` of a token, or the end of its certificate, the earlier
 * of both; undefined for a credential without an end. A connection or a stream ends then.
 */
export function expiryOf({ claims, certificate }: Principal): number | undefined {
  // Asked with each message: without a list.
  const token = finite(claims?.exp);
  const own = finite(certificate?.validTo);
  if (token === undefined || own === undefined) return token ?? own;
  return Math.min(token, own);
}

function finite(end: unknown): number | undefined {
  return typeof end === 'number' && Number.isFinite(end) ? end : undefined;
}
