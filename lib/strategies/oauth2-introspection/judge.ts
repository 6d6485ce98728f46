import { createPrincipal } from '../../principal.js';
import { isMalformedAudience } from '../audience.js';
import { callerName, clientIdOf } from '../caller-name.js';
import { type Claims, readName, readTexts } from '../claims-reader.js';
import { accepted, rejected, type Verdict } from '../strategy.js';
import { otherKind } from '../token-kind.js';

/** What an answer about an active token must say, and where it says what. */
export interface Expectations {
  /** The scheme's name. */
  readonly scheme: string;
  readonly issuer: string | undefined;
  readonly audience: readonly string[] | undefined;
  /** In seconds. */
  readonly clockSkew: number;
  readonly scopeKey: string;
  readonly usernameKey: string | undefined;
  readonly roleKey: string | undefined;
  readonly permissionKey: string | undefined;
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
  if (reason !== undefined) return { verdict: rejected(reason), until: reason === 'not_yet_valid' ? timeOf(claims.nbf) : undefined };
  return { verdict: toVerdict(claims, expected), until: timeOf(claims.exp) };
}

function refusal(claims: Claims, expected: Expectations, now: number): string | undefined {
  return refusedForTime(claims, expected.clockSkew, now) ?? refusedForOrigin(claims, expected);
}

function refusedForTime({ exp, nbf }: Claims, clockSkew: number, now: number): string | undefined {
  if (!isTime(exp) || !isTime(nbf)) return 'malformed_claims';
  if (exp !== undefined && now >= exp + clockSkew) return 'expired';
  if (nbf !== undefined && now < nbf - clockSkew) return 'not_yet_valid';
  return undefined;
}

function refusedForOrigin(claims: Claims, { issuer, audience }: Expectations): string | undefined {
  if (otherKind(claims) !== undefined) return 'wrong_type';
  if (isMalformedAudience(claims.aud)) return 'malformed_claims';
  if (issuer !== undefined && claims.iss !== issuer) return 'wrong_issuer';
  if (audience === undefined) return undefined;
  const named: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  return audience.some((each) => named.includes(each)) ? undefined : 'wrong_audience';
}

function toVerdict(claims: Claims, expected: Expectations): Verdict {
  const username = nameOf(claims, expected.usernameKey);
  if (username === undefined) return rejected('malformed_subject');
  const clientId = clientIdOf(claims);
  const texts = (key: string | undefined) => (key === undefined ? [] : readTexts(claims, key));
  return accepted(
    createPrincipal({
      scheme: expected.scheme,
      method: 'introspection',
      username,
      ...(clientId !== undefined && { clientId }),
      scopes: texts(expected.scopeKey),
      roles: texts(expected.roleKey),
      permissions: texts(expected.permissionKey),
      claims,
    }),
  );
}

/** A `sub` that is there is the name or no name at all: falling back to `username` would give the caller another identity. */
function nameOf(claims: Claims, usernameKey: string | undefined): string | undefined {
  if (usernameKey !== undefined) return readName(claims, usernameKey) || undefined;
  // Servers write an empty one for a client that no user stands behind.
  return callerName(claims, claims.username === '' ? ['sub'] : ['sub', 'username']);
}

/** Serializers write members that are not there as `null`, and times as texts. */
function normalized(answer: Claims): Claims {
  const present = Object.entries(answer).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([name, value]) => [name, isTimeInWriting(name, value) ? Number(value) : value]));
}

function isTimeInWriting(name: string, value: unknown): boolean {
  return TIMES.has(name) && typeof value === 'string' && /^\d{1,15}$/.test(value);
}

function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value));
}
