import type { X509Certificate } from 'node:crypto';
import type { AuthRequest } from '../../http/auth-request.js';
import type { CertificateSummary } from '../../principal.js';
import { type DistinguishedName, formatDistinguishedName, parseCertificateName, valuesOf } from '../../tls/distinguished-name.js';
import { hasWeakKey } from '../../tls/weak-key.js';
import { type Accepted, type Rejected, rejected } from '../strategy.js';
import type { Caller, FindCaller } from './caller.js';
import { hasControlCharacter } from './certificate-username.js';
import { type IssuerPin, matchesIssuer } from './issuer-pin.js';

/** What a certificate must be like, worked out at boot. */
export interface CertificateRules {
  /** The issuers that count; undefined if any does. */
  readonly issuers: readonly IssuerPin[] | undefined;
  readonly findCaller: FindCaller;
  /** The scheme for which the URI in a header without a certificate names the caller; undefined if it takes certificates only. */
  readonly uriScheme?: string;
}

/** What was found out about a certificate: it holds as long as the certificate does. */
export interface VettedCertificate {
  /** Who is calling with it, request by request. */
  readonly caller: Caller;
  /** The validity period, in milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
}

const EXPIRED = rejected('expired');
const NOT_YET_VALID = rejected('not_yet_valid');

/** Looks at everything about a certificate that changes neither with time nor with the request. */
export function vetCertificate(certificate: X509Certificate, rules: CertificateRules): VettedCertificate {
  const validFrom = Date.parse(certificate.validFrom);
  const validTo = Date.parse(certificate.validTo);
  const found = judge(certificate, rules, validTo);
  return { caller: typeof found === 'function' ? found : () => found, validFrom, validTo };
}

/** The verdict on a request at a moment: a connection may outlive its certificate. */
export function verdictAt({ caller, validFrom, validTo }: VettedCertificate, request: AuthRequest, now: number): Accepted | Rejected {
  // Written so that a date that cannot be read refuses.
  if (!(now <= validTo)) return EXPIRED;
  return now >= validFrom ? caller(request) : NOT_YET_VALID;
}

function judge(certificate: X509Certificate, { issuers, findCaller }: CertificateRules, validTo: number): Caller | Rejected {
  if (hasWeakKey(certificate)) return rejected('weak_key');
  const subject = parseCertificateName(certificate.subject);
  const issuer = parseCertificateName(certificate.issuer);
  if (subject === undefined || issuer === undefined) return rejected('malformed_name');
  const trap = trapIn(subject);
  if (trap !== undefined) return rejected(trap);
  if (issuers !== undefined && !issuers.some((pin) => matchesIssuer({ certificate, issuer }, pin))) return rejected('untrusted_issuer');
  const summary: CertificateSummary = Object.freeze({
    subject: formatDistinguishedName(subject),
    issuer: formatDistinguishedName(issuer),
    fingerprint256: certificate.fingerprint256,
    serialNumber: certificate.serialNumber,
    validTo: Math.floor(validTo / 1000),
  });
  return findCaller({ certificate, subject, issuer, summary });
}

/** Checks the names of the certificate: one with two common names, or with a part of a name, was made to deceive. */
function trapIn(subject: DistinguishedName): string | undefined {
  if (valuesOf(subject, 'CN').length > 1) return 'several_common_names';
  return subject.flat().some(({ value }) => hasControlCharacter(value)) ? 'malformed_name' : undefined;
}
