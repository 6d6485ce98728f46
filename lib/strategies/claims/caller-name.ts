import { quoted } from '../../operator/log-text.js';
import { type ClaimRefusal, noName } from './claim-refusal.js';
import { type Claims, claimReader, own } from './claims-reader.js';
import { type NameOf, nameRule } from './names.js';

/** The members that name the client which a token was issued to. @see RFC 9068 §2.2, RFC 7662 §2.2, OpenID Connect Core §2 */
const CLIENT_MEMBERS = ['client_id', 'azp'] as const;

/** The client that a token was issued to; undefined if the token does not name it. */
export function clientIdOf(claims: Claims, nameOf: NameOf): string | undefined {
  return nameOf(own(claims, 'client_id')) ?? nameOf(own(claims, 'azp'));
}

/** Where the caller's name stands. */
export interface CallerNameKeys {
  /** The path of the claim that must name the caller; undefined for `sub`, else a stand-in, else the client. */
  readonly usernameKey: string | undefined;
  readonly numericNames: boolean;
  /** Claims that name the caller where there is no `sub`. An empty one counts as absent. */
  readonly standIns: readonly string[];
}

/** Reads the caller's name: empty if the claims have no name; a refusal if the name is required or malformed. */
export type CallerNameReader = (claims: Claims) => string | ClaimRefusal;

/** Compiles the reader of the caller's name. */
export function callerNameReader({ usernameKey, numericNames, standIns }: CallerNameKeys): CallerNameReader {
  const nameOf = nameRule(numericNames);
  if (usernameKey !== undefined) {
    const read = claimReader(usernameKey);
    const claim = `the claim ${quoted(usernameKey)} of usernameKey`;
    return (claims) => nameAs(claim, read(claims));
  }
  return (claims) => {
    const sub = own(claims, 'sub');
    if (sub !== undefined) return nameAs('sub', sub);
    for (const member of standIns) {
      const value = own(claims, member);
      if (value !== undefined && value !== '') return nameAs(member, value);
    }
    // The client's name, so that no two clients share one.
    return clientIdOf(claims, nameOf) ?? malformedClient(claims);
  };

  function nameAs(claim: string, value: unknown): string | ClaimRefusal {
    return nameOf(value) ?? noName(claim, value, numericNames);
  }

  function malformedClient(claims: Claims): string | ClaimRefusal {
    const member = CLIENT_MEMBERS.find((each) => Object.hasOwn(claims, each));
    return member === undefined ? '' : noName(member, claims[member], numericNames);
  }
}

/** Refuses a `sub` that is present and is not a name, also where another claim names the caller. */
export function subjectRefusal(claims: Claims, numericNames: boolean): ClaimRefusal | undefined {
  const sub = own(claims, 'sub');
  return sub === undefined || nameRule(numericNames)(sub) !== undefined ? undefined : noName('sub', sub, numericNames);
}
