import { createPrincipal } from '../../principal.js';
import { type Accepted, accepted, type Rejected, rejected } from '../strategy.js';
import type { FindCaller, ReadCertificate } from './caller.js';
import { certificateUsername } from './certificate-username.js';
import type { UsernameSource } from './mutual-ssl.config.js';

/** The caller is the one in the certificate; the request does not change it. */
export function certificateCaller(scheme: string, source: UsernameSource): FindCaller {
  return (read) => {
    const verdict = callerNamed(read, scheme, source);
    return () => verdict;
  };
}

function callerNamed({ certificate, subject, summary }: ReadCertificate, scheme: string, source: UsernameSource): Accepted | Rejected {
  const named = certificateUsername(certificate, subject, source);
  if ('refusal' in named) return rejected(named.refusal);
  return accepted(createPrincipal({ scheme, method: 'mtls', username: named.username, certificate: summary }));
}
