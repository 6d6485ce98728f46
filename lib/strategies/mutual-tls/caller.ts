import type { X509Certificate } from 'node:crypto';
import type { AuthRequest } from '../../http/auth-request.js';
import type { CertificateSummary } from '../../principal.js';
import type { DistinguishedName } from '../../tls/distinguished-name.js';
import type { Accepted, Rejected } from '../strategy.js';

/** A certificate whose names could be read. */
export interface ReadCertificate {
  readonly certificate: X509Certificate;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  readonly summary: CertificateSummary;
}

/** Says who is calling with a certificate. It is asked on every request: a connection may carry requests for several users, and to several paths. */
export type Caller = (request: AuthRequest) => Accepted | Rejected;

/** Works out once what does not change from one request with the certificate to another. */
export type FindCaller = (read: ReadCertificate) => Caller;
