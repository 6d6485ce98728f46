import { callerName } from '../claims/caller-name.js';
import type { Claims } from '../claims/claims-reader.js';
import { type GrantKeys, principalOf } from '../claims/principal-of.js';
import { checkTimes, isMalformedAudience, namesAudience, timeOf } from '../claims/registered-claims.js';
import { otherKind } from '../claims/token-kind.js';
import { accepted, rejected, type Verdict } from '../strategy.js';

/** What an answer about an active token must say, and where it says what. */
export interface Expectations extends GrantKeys {
  /** The scheme's name. */
  readonly scheme: string;
  readonly issuer: string | undefined;
  readonly audience: readonly string[] | undefined;
  /** In seconds. */
  readonly clockSkew: number;
  readonly usernameKey: string | undefined;
}

/** What an answer means for the caller, and how long. */
export interface Judgement {
  readonly verdict: Verdict;
  /** When it ceases to be true, in seconds since the epoch; undefined where the answer does not say. */
  readonly until: number | undefined;
}

/** Members that are times, and that some servers write as strings. */
const TIMES: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat']);

/**
 * Judges what the endpoint says of an active token.
 *
 * @param now - in seconds since the epoch.
 * @see RFC 7662 §2.2 and §4
 */
export function judge(answer: Claims, expected: Expectations, now: number): Judgement {
  const claims = normalized(answer);
  const reason = refusal(claims, expected, now);
  if (reason !== undefined) return { verdict: rejected(reason), until: reason === 'not_yet_valid' ? timeOf(claims, 'nbf') : undefined };
  return { verdict: toVerdict(claims, expected), until: timeOf(claims, 'exp') };
}

function refusal(claims: Claims, expected: Expectations, now: number): string | undefined {
  return checkTimes({ exp: claims.exp, nbf: claims.nbf }, expected.clockSkew, now) ?? refusedForOrigin(claims, expected);
}

function refusedForOrigin(claims: Claims, { issuer, audience }: Expectations): string | undefined {
  if (otherKind(claims) !== undefined) return 'wrong_type';
  if (isMalformedAudience(claims.aud)) return 'malformed_claims';
  if (issuer !== undefined && claims.iss !== issuer) return 'wrong_issuer';
  return audience === undefined || namesAudience(claims.aud, audience) ? undefined : 'wrong_audience';
}

function toVerdict(claims: Claims, expected: Expectations): Verdict {
  // Servers write an empty `username` for a client without a user. A `sub` that is present is the name or no name at all: falling back
  // to `username` would give the caller another identity.
  const username = callerName(claims, expected.usernameKey, claims.username === '' ? ['sub'] : ['sub', 'username']);
  if (username === undefined) return rejected('malformed_subject');
  return accepted(principalOf(claims, { scheme: expected.scheme, method: 'introspection', username }, expected));
}

/** Serializers write members that are not there as `null`, and times as texts. */
function normalized(answer: Claims): Claims {
  const present = Object.entries(answer).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([name, value]) => [name, isTimeInWriting(name, value) ? Number(value) : value]));
}

function isTimeInWriting(name: string, value: unknown): boolean {
  return TIMES.has(name) && typeof value === 'string' && /^\d{1,15}$/.test(value);
}
