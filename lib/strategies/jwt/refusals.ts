import { type Rejected, rejected } from '../strategy.js';

/** Why a token is refused. The reasons go to the log and the event, never to the client. */
export const REFUSED = {
  malformedToken: rejected('malformed_token'),
  unsupportedHeader: rejected('unsupported_header'),
  wrongType: rejected('wrong_type'),
  algorithmNotAllowed: rejected('algorithm_not_allowed'),
  unknownKey: rejected('unknown_key'),
  ambiguousKey: rejected('ambiguous_key'),
  certificateExpired: rejected('certificate_expired'),
  badSignature: rejected('bad_signature'),
  malformedClaims: rejected('malformed_claims'),
  missingClaim: rejected('missing_claim'),
  missingExpiry: rejected('missing_expiry'),
  expired: rejected('expired'),
  notYetValid: rejected('not_yet_valid'),
  issuedInFuture: rejected('issued_in_future'),
  tooOld: rejected('too_old'),
  wrongIssuer: rejected('wrong_issuer'),
  wrongAudience: rejected('wrong_audience'),
  malformedSubject: rejected('malformed_subject'),
  wrongSubject: rejected('wrong_subject'),
  wrongTokenId: rejected('wrong_token_id'),
  wrongKeyId: rejected('wrong_key_id'),
  wrongClaim: rejected('wrong_claim'),
} as const satisfies Readonly<Record<string, Rejected>>;

/** Whether something is a refusal rather than what was asked for. */
export function isRefusal(value: object): value is Rejected {
  return 'outcome' in value;
}
