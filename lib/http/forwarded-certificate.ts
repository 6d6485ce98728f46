import type { AuthRequest } from './auth-request.js';
import type { ForwardedFormat, VerifyField } from './forwarded-presets.js';
import { countFields, valuesOfFields } from './header-field.js';

/** Which of several elements is about the caller: the one of the first proxy, or the one of the proxy that this application is behind. */
export type ForwardedHop = 'first' | 'last';

/** The header fields of forwarded certificates. Names are in lower case. */
export interface ForwardedHeaders {
  /** The header field with the certificate. */
  readonly header: string;
  readonly format: ForwardedFormat;
  /** Which element counts where there are several; undefined if several are refused. */
  readonly hop?: ForwardedHop;
  /** Whether one field holds the client's chain, its own certificate first. */
  readonly isChain?: boolean;
  /** The header field with the result of the proxy's verification; undefined if no such field is looked at. */
  readonly verify?: ForwardedVerification;
}

/** What the proxy writes about its verification. */
export interface ForwardedVerification extends VerifyField {
  /** Whether a certificate without this field is refused: a proxy that writes it did not verify such a certificate. */
  readonly isRequired: boolean;
}

/** The client certificate that a proxy forwarded, still encoded. */
export type ForwardedValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly reason: 'not_verified_by_proxy' | 'several_forwarded_certificates' | 'revoked' }
  | { readonly kind: 'present'; readonly value: string };

const NONE: ForwardedValue = Object.freeze({ kind: 'none' });
const NOT_VERIFIED: ForwardedValue = Object.freeze({ kind: 'refused', reason: 'not_verified_by_proxy' });
const SEVERAL: ForwardedValue = Object.freeze({ kind: 'refused', reason: 'several_forwarded_certificates' });
const REVOKED: ForwardedValue = Object.freeze({ kind: 'refused', reason: 'revoked' });

/** Takes the forwarded certificate out of the header; the caller of this function checks whether the connection may forward one. */
export function readForwarded(request: AuthRequest, expected: ForwardedHeaders): ForwardedValue {
  const { header, verify } = expected;
  if (!request.headers[header]) return verify === undefined || isSilent(request, verify) ? NONE : NOT_VERIFIED;
  return (verify && refusalBy(request, verify)) ?? valueIn(request, expected);
}

function valueIn({ headers, rawHeaders }: AuthRequest, { header, hop, isChain = false }: ForwardedHeaders): ForwardedValue {
  const value = headers[header];
  if (countFields(rawHeaders, header) < 2) return typeof value === 'string' ? { kind: 'present', value } : SEVERAL;
  // Two header fields: one may be the client's own that the proxy passed on. A chain stands in one field.
  return hop === undefined || isChain ? SEVERAL : { kind: 'present', value: valuesOfFields(rawHeaders, header).join(',') };
}

/** Whether the proxy reports no failure for a request without a certificate. */
function isSilent({ headers }: AuthRequest, { header, verified, absent = [] }: ForwardedVerification): boolean {
  const finding = headers[header];
  return !finding || [...verified, ...absent, 'NONE'].some((word) => word === finding);
}

function refusalBy({ headers, rawHeaders }: AuthRequest, verify: ForwardedVerification): ForwardedValue | undefined {
  const finding = headers[verify.header];
  if (finding === undefined) return verify.isRequired ? NOT_VERIFIED : undefined;
  // Node keeps only the first of several fields of some names: one of them may be the client's own.
  const isVerified = verify.verified.some((word) => word === finding) && countFields(rawHeaders, verify.header) < 2;
  if (!isVerified) return NOT_VERIFIED;
  const revoked = headers[verify.revoked ?? ''];
  return revoked === undefined || revoked === 'false' ? undefined : REVOKED;
}
