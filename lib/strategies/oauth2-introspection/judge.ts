import { keyThumbprintOf } from '../binding/dpop/dpop-confirmation.js';
import { audienceWords, type ClaimRefusal, issuerWords, mustBe, shown, timesInWords } from '../claims/claim-refusal.js';
import type { ExpectedClaim } from '../claims/claims.schema.js';
import type { Claims } from '../claims/claims-reader.js';
import { customClaimRefusal } from '../claims/custom-claims.js';
import { isClaimRefusal, type PrincipalMaker } from '../claims/principal-of.js';
import { checkTimes, isMalformedAudience, namesAudience, timeOf } from '../claims/registered-claims.js';
import { otherKind } from '../claims/token-kind.js';
import { accepted, rejected, type Verdict } from '../strategy.js';

/** What an answer about an active token must say, and what principal it makes. */
export interface Expectations {
  readonly issuer: string | undefined;
  readonly audience: readonly string[] | undefined;
  /** In seconds. */
  readonly clockSkew: number;
  readonly customClaims: readonly ExpectedClaim[];
  readonly principalOf: PrincipalMaker;
  /** Whether a token that is bound to a key is an access token here: its `token_type` is `DPoP`. */
  readonly acceptsDpop?: boolean;
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
  const refusal = refusalOf(claims, expected, now);
  if (refusal !== undefined)
    return { verdict: refused(refusal), until: refusal.reason === 'not_yet_valid' ? timeOf(claims, 'nbf') : undefined };
  const principal = expected.principalOf(claims);
  return { verdict: isClaimRefusal(principal) ? refused(principal) : accepted(principal), until: timeOf(claims, 'exp') };
}

function refused(refusal: ClaimRefusal): Verdict {
  return rejected(refusal.reason, refusal);
}

function refusalOf(claims: Claims, expected: Expectations, now: number): ClaimRefusal | undefined {
  const reason = checkTimes({ exp: claims.exp, nbf: claims.nbf }, expected.clockSkew, now);
  if (reason !== undefined) return { reason, explanation: () => timesInWords(claims, now) };
  return kindRefusal(claims, expected) ?? refusedForOrigin(claims, expected) ?? customClaimRefusal(claims, expected.customClaims);
}

function kindRefusal(claims: Claims, { acceptsDpop = false }: Expectations): ClaimRefusal | undefined {
  const member = otherKind(acceptsDpop ? withoutDpopType(claims) : claims);
  if (member === undefined) return undefined;
  return { reason: 'wrong_type', explanation: () => `${shown(member)} is ${shown(claims[member])}, which is not a kind of access token` };
}

/** The type of a bound token says what its binding says. One without a binding is of a kind that could not be checked. @see RFC 9449 §6.2 */
function withoutDpopType(claims: Claims): Claims {
  const { token_type: type, ...others } = claims;
  const isBound = typeof type === 'string' && type.toLowerCase() === 'dpop' && keyThumbprintOf(claims.cnf) !== undefined;
  return isBound ? others : claims;
}

function refusedForOrigin(claims: Claims, { issuer, audience }: Expectations): ClaimRefusal | undefined {
  const { iss, aud } = claims;
  if (isMalformedAudience(aud))
    return { reason: 'malformed_claims', explanation: () => mustBe('aud', 'a string or a list of strings', aud) };
  if (issuer !== undefined && iss !== issuer) return { reason: 'wrong_issuer', detail: () => issuerWords(iss, issuer) };
  if (audience === undefined || namesAudience(aud, audience)) return undefined;
  return { reason: 'wrong_audience', detail: () => audienceWords(aud, audience) };
}

/** Serializers write members that are not there as `null`, and times as texts. An answer without either, as most are, needs no copy. */
function normalized(answer: Claims): Claims {
  if (!Object.keys(answer).some((name) => isTimeInWriting(name, answer[name])) && !hasNulls(answer, 0)) return answer;
  const present = Object.entries(withoutNulls(answer));
  return Object.fromEntries(present.map(([name, value]) => [name, isTimeInWriting(name, value) ? Number(value) : value]));
}

function isTimeInWriting(name: string, value: unknown): boolean {
  return TIMES.has(name) && typeof value === 'string' && /^\d{1,15}$/.test(value);
}

/** How deep members are looked at: claims that lie deeper are not read at all. */
const MAX_DEPTH = 32;

/** Whether a member is `null`, at a depth to which members are looked at. */
function hasNulls(value: object, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  const isList = Array.isArray(value);
  return Object.values(value).some((each) => typeof each === 'object' && (each === null ? !isList : hasNulls(each, depth + 1)));
}

/** A copy of an answer without the members that are `null`, however deep. A `null` in a list is an element, and stays. */
export function withoutNulls(answer: Claims): Claims {
  return objectWithout(answer, 0);
}

function objectWithout(object: Claims, depth: number): Claims {
  const present = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([name, value]) => [name, valueWithout(value, depth + 1)]));
}

function valueWithout(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((each) => valueWithout(each, depth + 1));
  return objectWithout(value as Claims, depth);
}
