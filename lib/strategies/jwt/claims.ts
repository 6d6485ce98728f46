import { isDeepStrictEqual } from 'node:util';
import { isMalformedAudience } from '../audience.js';
import { callerName } from '../caller-name.js';
import { type Claims, readName } from '../claims-reader.js';
import type { Rejected } from '../strategy.js';
import { own } from './compact.js';
import type { JoseHeader } from './jose-header.js';
import type { JwtSettings } from './jwt-validator.schema.js';
import { REFUSED } from './refusals.js';

/** A rule about a token whose signature is good; undefined if it holds. `now` is in seconds since the epoch. */
export type ClaimsRule = (claims: Claims, header: JoseHeader, now: number) => Rejected | undefined;

/** Makes one rule of everything that a config asks of a token's claims. @see RFC 7519 §4.1 */
export function compileRules(settings: JwtSettings): ClaimsRule {
  const rules = [timeRule(settings), ageRule(settings), subjectRule(settings), audienceRule, ...expectations(settings)].filter(
    (rule) => rule !== undefined,
  );
  return (claims, header, now) => {
    for (const rule of rules) {
      const refusal = rule(claims, header, now);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };
}

/** When a token that obeys the rules ends, in seconds since the epoch; Infinity if it never does. Clock skew is not added. */
export function endOf(claims: Claims, { maxTokenAge }: JwtSettings): number {
  const expiry = (own(claims, 'exp') as number | undefined) ?? Number.POSITIVE_INFINITY;
  return maxTokenAge === undefined ? expiry : Math.min(expiry, (own(claims, 'iat') as number) + maxTokenAge);
}

function timeRule(settings: JwtSettings): ClaimsRule {
  return (claims, _header, now) => checkTimes(claims, settings, now);
}

function checkTimes(claims: Claims, { requireExp, clockSkew }: JwtSettings, now: number): Rejected | undefined {
  const exp = own(claims, 'exp');
  const nbf = own(claims, 'nbf');
  const iat = own(claims, 'iat');
  if (exp === undefined && requireExp) return REFUSED.missingExpiry;
  if (!isOptionalTime(exp) || !isOptionalTime(nbf) || !isOptionalTime(iat)) return REFUSED.malformedClaims;
  if (exp !== undefined && now >= exp + clockSkew) return REFUSED.expired;
  if (isAhead(nbf, now + clockSkew)) return REFUSED.notYetValid;
  return isAhead(iat, now + clockSkew) ? REFUSED.issuedInFuture : undefined;
}

function ageRule({ maxTokenAge, clockSkew }: JwtSettings): ClaimsRule | undefined {
  if (maxTokenAge === undefined) return undefined;
  return (claims, _header, now) => {
    const iat = own(claims, 'iat');
    if (typeof iat !== 'number') return REFUSED.malformedClaims;
    return now >= iat + maxTokenAge + clockSkew ? REFUSED.tooOld : undefined;
  };
}

/** A name that is there is one: anything else would become a caller without a name, or with another's. */
function subjectRule({ usernameKey }: JwtSettings): ClaimsRule {
  const nameOf = (claims: Claims) => (usernameKey === undefined ? callerName(claims, ['sub']) : readName(claims, 'sub'));
  return (claims) => (nameOf(claims) === undefined ? REFUSED.malformedSubject : undefined);
}

function audienceRule(claims: Claims): Rejected | undefined {
  return isMalformedAudience(own(claims, 'aud')) ? REFUSED.malformedClaims : undefined;
}

function* expectations(settings: JwtSettings): Generator<ClaimsRule> {
  const { issuer, audience, username, usernameKey, jwtId, keyId, customClaims } = settings;
  if (issuer !== undefined) yield (claims) => (own(claims, 'iss') === issuer ? undefined : REFUSED.wrongIssuer);
  if (audience !== undefined) yield (claims) => (names(own(claims, 'aud'), audience) ? undefined : REFUSED.wrongAudience);
  if (username !== undefined) yield (claims) => (own(claims, 'sub') === username ? undefined : REFUSED.wrongSubject);
  if (usernameKey !== undefined) yield (claims) => (readName(claims, usernameKey) ? undefined : REFUSED.malformedSubject);
  if (jwtId !== undefined) yield (claims) => (own(claims, 'jti') === jwtId ? undefined : REFUSED.wrongTokenId);
  if (keyId !== undefined) yield (_claims, { kid }) => (kid === keyId ? undefined : REFUSED.wrongKeyId);
  for (const [name, expected] of Object.entries(customClaims))
    yield (claims) => (isDeepStrictEqual(own(claims, name), expected) ? undefined : REFUSED.wrongClaim);
}

/** Any one audience will do. @see RFC 7519 §4.1.3 */
function names(aud: unknown, expected: readonly string[]): boolean {
  if (typeof aud === 'string') return expected.includes(aud);
  return Array.isArray(aud) && aud.some((each) => expected.includes(each));
}

function isAhead(time: number | undefined, now: number): boolean {
  return time !== undefined && now < time;
}

function isOptionalTime(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value));
}
