import type { X509Certificate } from 'node:crypto';
import { type DistinguishedName, formatDistinguishedName, valuesOf } from '../../tls/distinguished-name.js';
import { type AltNameKind, altNames } from '../../tls/subject-alt-name.js';
import type { UsernameSource } from './mutual-ssl.config.js';

/** The user name in a certificate, or why there is none. */
export type CertificateUsername =
  | { readonly username: string }
  | { readonly refusal: 'no_username' | 'ambiguous_username' | 'malformed_name' };

const KINDS: Readonly<Record<Extract<UsernameSource, `SAN:${string}`>, AltNameKind>> = {
  'SAN:dns': 'DNS',
  'SAN:uri': 'URI',
  'SAN:email': 'email',
};

/** Finds the user name. Several names of the kind that is asked for are refused: another program might take another one of them. */
export function certificateUsername(certificate: X509Certificate, subject: DistinguishedName, source: UsernameSource): CertificateUsername {
  return chooseUsername(namesOf(certificate, subject, source));
}

/** The one name of a list. @param names - undefined if they could not be read. */
export function chooseUsername(names: readonly string[] | undefined): CertificateUsername {
  if (names === undefined || names.some(hasControlCharacter)) return { refusal: 'malformed_name' };
  const [name, another] = names;
  if (name === undefined || name.trim() === '') return { refusal: 'no_username' };
  return another === undefined ? { username: name } : { refusal: 'ambiguous_username' };
}

function namesOf(certificate: X509Certificate, subject: DistinguishedName, source: UsernameSource): readonly string[] | undefined {
  if (source === 'subject') return [formatDistinguishedName(subject)];
  if (source === 'CN') return valuesOf(subject, 'CN');
  return altNames(certificate.subjectAltName, KINDS[source]);
}

/** A NUL ends the name for programs written in C, a line break ends it in a log. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
