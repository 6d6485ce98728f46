import type { AuthRequest } from './auth-request.js';
import type { Credentials } from './credentials.js';
import { countFields, lowerCase } from './header-field.js';

/** The name of the header field with credentials, in lower case. */
export const AUTHORIZATION = 'authorization';

/** The longest credentials that are looked at unless a reader has a limit of its own, in characters: longer ones are refused before any work. */
export const MAX_CREDENTIALS_LENGTH = 8192;

/** What `maxTokenLength` is unless it is configured, in characters. */
export const DEFAULT_MAX_TOKEN_LENGTH = 16_384;

/** There are no credentials of the requested kind. */
export const ABSENT: Credentials = Object.freeze({ kind: 'absent' });
/** The credentials are longer than they may be. */
export const TOO_LONG: Credentials = Object.freeze({ kind: 'malformed', reason: 'too_long' });
/** The credentials are not in the form that they must have. */
export const MALFORMED: Credentials = Object.freeze({ kind: 'malformed', reason: 'malformed_credentials' });

/** `token68`, as Bearer and Basic use it. @see RFC 9110 §11.2 */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;
const SPACE = 0x20;

/** Whether `text` may be the text of credentials. @see RFC 9110 §11.2 */
export function isToken68(text: string): boolean {
  return TOKEN68.test(text);
}

/**
 * Reads the credentials of `scheme` (in lower case) from the `Authorization` header: `auth-scheme 1*SP token68`, nothing after it.
 *
 * @param maxLength - how many characters may follow the scheme and one space.
 * @see RFC 9110 §11.4 and §11.6.2
 */
export function readCredentials(request: AuthRequest, scheme: string, maxLength = MAX_CREDENTIALS_LENGTH): Credentials {
  const credentials = readUncheckedCredentials(request, scheme, maxLength);
  return credentials.kind === 'present' && !TOKEN68.test(credentials.value) ? MALFORMED : credentials;
}

/**
 * The same without a look at the characters after the spaces, for a reader that only looks the text up at first,
 * and has a stricter form of its own before it believes any of it.
 */
export function readUncheckedCredentials(request: AuthRequest, scheme: string, maxLength: number): Credentials {
  const header = request.headers.authorization;
  if (header === undefined || !namesScheme(header, scheme)) return ABSENT;
  // The spaces count, too: many of them are work as well.
  if (header.length > scheme.length + 1 + maxLength) return TOO_LONG;
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
  return countFields(rawHeaders, AUTHORIZATION) > 1;
}

/**
 * Whether a request has an `Authorization` header field, of any scheme and with any value, or a token that its transport found.
 * A middleware may have removed the field from one of the two.
 */
export function hasAuthorization({ headers, rawHeaders, bearer = ABSENT }: AuthRequest): boolean {
  return headers.authorization !== undefined || countFields(rawHeaders, AUTHORIZATION) > 0 || bearer.kind !== 'absent';
}

/** Whether the scheme's name stands first and ends there: `Bearerx` is another scheme, `Bearer,` is a broken `Bearer`. */
function namesScheme(header: string, scheme: string): boolean {
  for (let index = 0; index < scheme.length; index++) if (lowerCase(header.charCodeAt(index)) !== scheme.charCodeAt(index)) return false;
  // Behind the end there is no character of a token.
  return !isTokenCharacter(header.charCodeAt(scheme.length));
}

function isTokenCharacter(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x2d || code === 0x5f
  );
}
