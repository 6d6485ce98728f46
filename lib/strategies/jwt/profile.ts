import { AuthConfigurationError, type ConfigurationProblem } from '../../errors.js';
import { mustBe } from '../claims/claim-refusal.js';
import { type Claims, own } from '../claims/claims-reader.js';
import { type Rejected, rejected } from '../strategy.js';
import type { TokenProfile } from './jwt-validator.config.js';
import { REFUSED } from './refusals.js';

/** The profiles, as a config names them. */
export const PROFILES = ['rfc9068'] as const satisfies readonly TokenProfile[];

/** The type that the header must name, without the prefix `application/`. @see RFC 9068 §2.1 */
export const PROFILE_TYPES: readonly string[] = ['at+jwt'];

/** The claims that a token must have; those that are texts, and the others, whose types every token's are checked for. @see RFC 9068 §2.2 */
const TEXTS = ['iss', 'sub', 'client_id', 'jti'] as const;
const OTHERS = ['exp', 'aud', 'iat'] as const;

/** The fields that a profile decides about. */
interface ProfileFields {
  readonly profile?: TokenProfile | undefined;
  readonly issuer?: unknown;
  readonly audience?: unknown;
  readonly typ?: unknown;
  readonly requireExp?: boolean | undefined;
}

/**
 * Checks that no field of a config contradicts its profile.
 *
 * @throws AuthConfigurationError naming every field that does.
 */
export function checkProfile({ profile, issuer, audience, typ, requireExp }: ProfileFields): void {
  if (profile === undefined) return;
  const problems: (ConfigurationProblem | false)[] = [
    typ !== undefined && {
      path: 'typ',
      message: `has no effect together with profile: "${profile}", which requires at+jwt. Leave it out.`,
    },
    requireExp === false && {
      path: 'requireExp',
      message: `must not be false with profile: "${profile}", which requires exp. Leave it out.`,
    },
    (issuer ?? undefined) === undefined && {
      path: 'issuer',
      message: `is required by profile: "${profile}". Name the issuer of the tokens.`,
    },
    (audience ?? undefined) === undefined && {
      path: 'audience',
      message: `is required by profile: "${profile}". Name the audience of this API, or give forRoot({ resource }), whose URL is the audience.`,
    },
  ];
  const found = problems.filter((problem) => problem !== false);
  if (found.length > 0) throw new AuthConfigurationError(found);
}

/** Why a token is no access token of the profile: a claim that it must have is missing, or is not a text; undefined if all are there. */
export function profileRefusal(claims: Claims): Rejected | undefined {
  for (const name of TEXTS) {
    const value = own(claims, name);
    if (value === undefined) return missing(name);
    if (typeof value !== 'string' || value === '')
      return rejected(REFUSED.malformedClaims.reason, { explanation: () => mustBe(name, 'a string that is not empty', value) });
  }
  const other = OTHERS.find((name) => own(claims, name) === undefined);
  return other && missing(other);
}

/** The name of the claim does not depend on the caller: it may stand in every log. */
function missing(name: string): Rejected {
  return rejected(REFUSED.missingClaim.reason, { detail: () => `RFC 9068 requires the claim ${name}, which is missing` });
}
