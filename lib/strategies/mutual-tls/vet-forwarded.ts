import type { X509Certificate } from 'node:crypto';
import { decodeForwarded } from '../../http/forwarded-content.js';
import { createPrincipal } from '../../principal.js';
import { verifyPath } from '../../tls/certificate-path.js';
import { type Accepted, accepted, type Rejected, rejected } from '../strategy.js';
import { chooseUsername } from './certificate-username.js';
import type { ForwardedSource } from './forwarded-source.js';
import { type CertificateRules, type VettedCertificate, vetCertificate } from './vet-certificate.js';

const NO_CERTIFICATE = rejected('no_forwarded_certificate');

/**
 * Finds out about a forwarded value what changes neither with time nor with the request.
 *
 * @returns a verdict if the value cannot be read.
 */
export function vetForwarded(value: string, source: ForwardedSource, rules: CertificateRules, now: number): VettedCertificate | Rejected {
  const { anchors } = source;
  const content = decodeForwarded(value, source, anchors !== undefined);
  if (content.kind === 'refused') return rejected(content.reason);
  if (content.kind === 'uris') return anchors === undefined ? vetUris(content.uris, rules) : NO_CERTIFICATE;
  const vetted = vetCertificate(content.certificate, rules);
  return anchors === undefined ? vetted : restrictToPath(vetted, content, anchors, now);
}

interface Chain {
  readonly certificate: X509Certificate;
  readonly others: readonly X509Certificate[];
}

/** A certificate counts as long as every certificate of its path is valid. */
function restrictToPath(
  vetted: VettedCertificate,
  { certificate, others }: Chain,
  anchors: readonly X509Certificate[],
  now: number,
): VettedCertificate {
  const path = verifyPath(certificate, others, anchors, now);
  if (path.kind === 'verified') return { ...vetted, validFrom: path.validFrom, validTo: path.validTo };
  const refusal = rejected(path.reason);
  return { ...vetted, caller: () => refusal };
}

/** The proxy vouches for the URI; it has no end by itself. */
function vetUris(uris: readonly string[], { uriScheme }: CertificateRules): VettedCertificate | Rejected {
  if (uriScheme === undefined) return NO_CERTIFICATE;
  const verdict = callerOf(uris, uriScheme);
  return { caller: () => verdict, validFrom: Number.NEGATIVE_INFINITY, validTo: Number.POSITIVE_INFINITY };
}

function callerOf(uris: readonly string[], scheme: string): Accepted | Rejected {
  const named = chooseUsername(uris);
  if ('refusal' in named) return rejected(named.refusal);
  return accepted(createPrincipal({ scheme, method: 'mtls', username: named.username }));
}
