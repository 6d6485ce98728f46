import { audienceWords, mustBe, shown, timesInWords } from '../claims/claim-refusal.js';
import { type Claims, own } from '../claims/claims-reader.js';
import { customClaimRefusal } from '../claims/custom-claims.js';
import { nameRule } from '../claims/names.js';
import { checkTimes, isMalformedAudience, namesAudience, type TimeRefusal, timeOf } from '../claims/registered-claims.js';
import { type Rejected, rejected } from '../strategy.js';
import { wrongIssuer } from './issuer.js';
import type { JoseHeader } from './jose-header.js';
import type { JwtSettings } from './jwt-validator.schema.js';
import { profileRefusal } from './profile.js';
import { REFUSED } from './refusals.js';

/** A rule about a token whose signature is good; undefined if it holds. `now` is in seconds since the epoch. */
export type ClaimsRule = (claims: Claims, header: JoseHeader, now: number) => Rejected | undefined;

/** Makes one rule of everything that a config asks of a token's claims. @see RFC 7519 §4.1 */
export function compileRules(settings: JwtSettings): ClaimsRule {
  const ofProfile = settings.profile && profileRefusal;
  const rules = [timeRule(settings), ofProfile, ageRule(settings), audienceRule, ...expectations(settings)].filter(
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
};

function timeRule({ requireExp, clockSkew }: JwtSettings): ClaimsRule {
  return (claims, _header, now) => {
    if (requireExp && own(claims, 'exp') === undefined) return REFUSED.missingExpiry;
    const refusal = checkTimes(claims, clockSkew, now);
    return refusal && explained(OF_TIME[refusal], () => timesInWords(claims, now));
  };
}

function ageRule({ maxTokenAge, clockSkew }: JwtSettings): ClaimsRule | undefined {
  if (maxTokenAge === undefined) return undefined;
  return (claims, _header, now) => {
    const iat = timeOf(claims, 'iat');
    if (iat === undefined) return explained(REFUSED.malformedClaims, () => 'maxTokenAge is set, but iat is missing');
    // With a time in the future it would be accepted for longer than its age allows.
    if (now + clockSkew < iat) return explained(REFUSED.issuedInFuture, () => timesInWords(claims, now));
    if (now < iat + maxTokenAge + clockSkew) return undefined;
    return explained(REFUSED.tooOld, () => `maxTokenAge is ${maxTokenAge} seconds, but ${timesInWords(claims, now)}`);
  };
}

function audienceRule(claims: Claims): Rejected | undefined {
  const aud = own(claims, 'aud');
  if (!isMalformedAudience(aud)) return undefined;
  return explained(REFUSED.malformedClaims, () => mustBe('aud', 'a string or a list of strings', aud));
}

function* expectations(settings: JwtSettings): Generator<ClaimsRule> {
  const { issuer, audience, username, jwtId, keyId, customClaims, numericNames } = settings;
  if (issuer !== undefined) yield (claims) => (issuer.accepts(claims) ? undefined : wrongIssuer(own(claims, 'iss'), issuer));
  if (audience !== undefined) yield (claims) => (namesAudience(own(claims, 'aud'), audience) ? undefined : wrongAudience(claims, audience));
  if (username !== undefined) {
    const nameOf = nameRule(numericNames);
    yield (claims) => (nameOf(own(claims, 'sub')) === username ? undefined : otherThan(REFUSED.wrongSubject, claims, 'sub', username));
  }
  if (jwtId !== undefined)
    yield (claims) => (own(claims, 'jti') === jwtId ? undefined : otherThan(REFUSED.wrongTokenId, claims, 'jti', jwtId));
  if (keyId !== undefined)
    yield (_claims, { kid }) => (kid === keyId ? undefined : explained(REFUSED.wrongKeyId, () => mustBe('kid', shown(keyId), kid)));
  if (customClaims.length > 0)
    yield (claims) => {
      const refusal = customClaimRefusal(claims, customClaims);
      return refusal && rejected(refusal.reason, refusal);
    };
}

function wrongAudience(claims: Claims, expected: readonly string[]): Rejected {
  return rejected(REFUSED.wrongAudience.reason, { detail: () => audienceWords(own(claims, 'aud'), expected) });
}

function otherThan({ reason }: Rejected, claims: Claims, claim: string, expected: string): Rejected {
  return rejected(reason, { explanation: () => mustBe(claim, shown(expected), own(claims, claim)) });
}

/** A refusal with words that only the `explain` option shows. */
function explained({ reason }: Rejected, explanation: () => string): Rejected {
  return rejected(reason, { explanation });
}
