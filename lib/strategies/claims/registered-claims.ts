import { type Claims, own } from './claims-reader.js';

/** Why the times of a token refuse it. */
export type TimeRefusal = 'malformed_claims' | 'expired' | 'not_yet_valid';

/**
 * Checks `exp`, `nbf` and `iat`, as far as they are present. When a token was issued is no restriction: `iat` must be a number.
 *
 * @param clockSkew - seconds by which the issuer's clock may differ.
 * @param now - in seconds since the epoch.
 * @see RFC 7519 §4.1.4 to §4.1.6
 */
export function checkTimes(claims: Claims, clockSkew: number, now: number): TimeRefusal | undefined {
  const [exp, nbf, iat] = [own(claims, 'exp'), own(claims, 'nbf'), own(claims, 'iat')];
  if (!isOptionalTime(exp) || !isOptionalTime(nbf) || !isOptionalTime(iat)) return 'malformed_claims';
  if (exp !== undefined && now >= exp + clockSkew) return 'expired';
  return nbf !== undefined && now + clockSkew < nbf ? 'not_yet_valid' : undefined;
}

/** The time in a claim, in seconds since the epoch; undefined if there is none. */
export function timeOf(claims: Claims, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = own(claims, name);
  return typeof value === 'number' ? value : undefined;
}

/** Whether an `aud` is a list with anything but strings in it: it cannot be relied on. @see RFC 7519 §4.1.3 */
export function isMalformedAudience(aud: unknown): boolean {
  return Array.isArray(aud) && aud.some((each) => typeof each !== 'string');
}

/** Whether an `aud` names one of the expected audiences. @see RFC 7519 §4.1.3 */
export function namesAudience(aud: unknown, expected: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return expected.some((each) => named.includes(each));
}

/** Whether a value may stand in a claim that is a time, or left out. @see RFC 7519 §2 (NumericDate) */
export function isOptionalTime(value: unknown): value is number | undefined {
  return value === undefined || Number.isFinite(value);
}
