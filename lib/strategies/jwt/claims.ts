import { isDeepStrictEqual } from 'node:util';
import { callerName } from '../claims/caller-name.js';
import { type Claims, own, readName } from '../claims/claims-reader.js';
import { checkTimes, isMalformedAudience, namesAudience, type TimeRefusal, timeOf } from '../claims/registered-claims.js';
import type { Rejected } from '../strategy.js';
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
  const expiry = timeOf(claims, 'exp') ?? Number.POSITIVE_INFINITY;
  return maxTokenAge === undefined ? expiry : Math.min(expiry, (timeOf(claims, 'iat') ?? 0) + maxTokenAge);
}

const OF_TIME: Readonly<Record<TimeRefusal, Rejected>> = {
  malformed_claims: REFUSED.malformedClaims,
  expired: REFUSED.expired,
  not_yet_valid: REFUSED.notYetValid,
  issued_in_future: REFUSED.issuedInFuture,
};

function timeRule({ requireExp, clockSkew }: JwtSettings): ClaimsRule {
  return (claims, _header, now) => {
    if (requireExp && own(claims, 'exp') === undefined) return REFUSED.missingExpiry;
    const refusal = checkTimes(claims, clockSkew, now);
    return refusal && OF_TIME[refusal];
  };
}

function ageRule({ maxTokenAge, clockSkew }: JwtSettings): ClaimsRule | undefined {
  if (maxTokenAge === undefined) return undefined;
  return (claims, _header, now) => {
    const iat = timeOf(claims, 'iat');
    if (iat === undefined) return REFUSED.malformedClaims;
    return now >= iat + maxTokenAge + clockSkew ? REFUSED.tooOld : undefined;
  };
}

/** A name that is there is one: anything else would become a caller without a name, or with another's. */
function subjectRule({ usernameKey }: JwtSettings): ClaimsRule {
  const nameOf = (claims: Claims) => (usernameKey === undefined ? callerName(claims, usernameKey, ['sub']) : readName(claims, 'sub'));
  return (claims) => (nameOf(claims) === undefined ? REFUSED.malformedSubject : undefined);
}

function audienceRule(claims: Claims): Rejected | undefined {
  return isMalformedAudience(own(claims, 'aud')) ? REFUSED.malformedClaims : undefined;
}

function* expectations(settings: JwtSettings): Generator<ClaimsRule> {
  const { issuer, audience, username, usernameKey, jwtId, keyId, customClaims } = settings;
  if (issuer !== undefined) yield (claims) => (own(claims, 'iss') === issuer ? undefined : REFUSED.wrongIssuer);
  if (audience !== undefined) yield (claims) => (namesAudience(own(claims, 'aud'), audience) ? undefined : REFUSED.wrongAudience);
  if (username !== undefined) yield (claims) => (own(claims, 'sub') === username ? undefined : REFUSED.wrongSubject);
  if (usernameKey !== undefined)
    yield (claims) => (callerName(claims, usernameKey, []) === undefined ? REFUSED.malformedSubject : undefined);
  if (jwtId !== undefined) yield (claims) => (own(claims, 'jti') === jwtId ? undefined : REFUSED.wrongTokenId);
  if (keyId !== undefined) yield (_claims, { kid }) => (kid === keyId ? undefined : REFUSED.wrongKeyId);
  for (const [name, expected] of Object.entries(customClaims))
    yield (claims) => (isDeepStrictEqual(own(claims, name), expected) ? undefined : REFUSED.wrongClaim);
}
