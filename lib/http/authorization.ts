import type { AuthRequest } from './auth-request.js';

/** The longest `Authorization` header that is looked at, in characters: longer ones are refused before any work. */
export const MAX_AUTHORIZATION_LENGTH = 8192;

/** Credentials of the requested scheme: none, unusable ones, or the text after the scheme. */
export type Credentials =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed'; readonly reason: 'too_long' | 'malformed_credentials' }
  | { readonly kind: 'present'; readonly value: string };

const ABSENT: Credentials = Object.freeze({ kind: 'absent' });
const TOO_LONG: Credentials = Object.freeze({ kind: 'malformed', reason: 'too_long' });
const MALFORMED: Credentials = Object.freeze({ kind: 'malformed', reason: 'malformed_credentials' });

/** `token68`, as Bearer and Basic use it. @see RFC 9110 §11.2 */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;
const SPACE = 0x20;

/**
 * Reads the credentials of `scheme` (in lower case) from the `Authorization` header: `auth-scheme 1*SP token68`, nothing after it.
 *
 * @see RFC 9110 §11.4 and §11.6.2
 */
export function readCredentials(request: AuthRequest, scheme: string): Credentials {
  const credentials = readUncheckedCredentials(request, scheme);
  return credentials.kind === 'present' && !TOKEN68.test(credentials.value) ? MALFORMED : credentials;
}

/**
 * The same without a look at the characters after the spaces, for a reader that only looks the text up at first,
 * and has a stricter form of its own before it believes any of it.
 */
export function readUncheckedCredentials(request: AuthRequest, scheme: string): Credentials {
  const header = request.headers.authorization;
  if (header === undefined || !namesScheme(header, scheme)) return ABSENT;
  if (header.length > MAX_AUTHORIZATION_LENGTH) return TOO_LONG;
  let start = scheme.length;
  while (header.charCodeAt(start) === SPACE) start++;
  if (start === scheme.length || start === header.length) return MALFORMED;
  return { kind: 'present', value: header.slice(start) };
}

/**
 * Whether a request has more than one `Authorization` header field. Node keeps only the first in `headers`,
 * and another hop may keep the last: who the caller is would depend on who looks.
 */
export function hasSeveralAuthorizations({ rawHeaders }: AuthRequest): boolean {
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') seen++;
  }
  return seen > 1;
}

/** Whether the scheme's name stands first and ends there: `Bearerx` is another scheme, `Bearer,` is a broken `Bearer`. */
function namesScheme(header: string, scheme: string): boolean {
  for (let index = 0; index < scheme.length; index++) if (lowerCase(header.charCodeAt(index)) !== scheme.charCodeAt(index)) return false;
  return header.length === scheme.length || !isTokenCharacter(header.charCodeAt(scheme.length));
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function isTokenCharacter(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x2d || code === 0x5f
  );
}
