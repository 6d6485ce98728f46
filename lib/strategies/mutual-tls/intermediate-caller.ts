import { createPrincipal } from '../../principal.js';
import { type DistinguishedName, valuesOf } from '../../tls/distinguished-name.js';
import { type Accepted, accepted, type Rejected, rejected } from '../strategy.js';
import type { FindCaller, ReadCertificate } from './caller.js';

/** A user as WSO2 writes one: `user`, `STORE/user`, `user@tenant`, `STORE/user@tenant`. */
interface QualifiedUser {
  readonly username: string;
  /** The qualifiers, where they are written out. */
  readonly claims: { readonly userStore: string | undefined; readonly tenant: string | undefined };
}

/** The caller is the subject's common name, if the issuer's common name is listed. */
export function intermediateCaller(scheme: string, certCNs: readonly string[]): FindCaller {
  return (read) => {
    const verdict = judge(read, scheme, certCNs);
    return () => verdict;
  };
}

function judge({ subject, issuer, summary }: ReadCertificate, scheme: string, certCNs: readonly string[]): Accepted | Rejected {
  if (!isListed(issuer, certCNs)) return rejected('untrusted_issuer');
  // That there are not several was seen to before.
  const [commonName = ''] = valuesOf(subject, 'CN');
  if (commonName.trim() === '') return rejected('no_username');
  const user = parseUser(commonName);
  if (user === undefined) return rejected('malformed_username');
  return accepted(createPrincipal({ scheme, method: 'mtls', ...user, certificate: summary }));
}

/** An issuer with two common names could be taken for either. */
function isListed(issuer: DistinguishedName, certCNs: readonly string[]): boolean {
  const [commonName, another] = valuesOf(issuer, 'CN');
  return commonName !== undefined && another === undefined && certCNs.includes(commonName);
}

/** The first slash ends the user store; the last at-sign begins the tenant, for a user name may be an email address. */
function parseUser(text: string): QualifiedUser | undefined {
  const [, userStore, username = '', tenant] = /^(?:([^/@]*)\/)?([^/]*?)(?:@([^@/]*))?$/.exec(text) ?? [];
  const parts = [userStore ?? 'none', username, tenant ?? 'none'];
  if (parts.some((part) => part === '' || part.trim() !== part)) return undefined;
  return { username, claims: { userStore, tenant } };
}
