import { decodeUtf8 } from '../../utf8.js';

/** What Basic credentials say. */
export interface UserPass {
  readonly username: string;
  readonly password: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what RFC 7617 §2 forbids
const CONTROL = /[\x00-\x1f\x7f]/;
const COLON = ':';

/**
 * Reads `user-pass` from the text after `Basic`: Base64 of UTF-8, the first colon ends the user name.
 *
 * An empty name is refused. An empty password is refused for every store alike: to a directory it would mean
 * an anonymous bind that succeeds (RFC 4513 §5.1.2).
 *
 * @returns undefined for anything else: the alphabet, the padding, unused bits, the encoding or the form is wrong.
 * @see RFC 7617 §2
 */
export function parseUserPass(credentials: string): UserPass | undefined {
  const octets = decodeBase64(credentials);
  const text = octets && decodeUtf8(octets);
  if (text === undefined || CONTROL.test(text)) return undefined;
  const colon = text.indexOf(COLON);
  if (colon < 1 || colon === text.length - 1) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Whether `name` can come in a header as a user name. @see RFC 7617 §2 */
export function isUsername(name: string): boolean {
  return name !== '' && !name.includes(COLON) && !CONTROL.test(name);
}

/** Whether `password` can come in a header as a password. @see RFC 7617 §2 */
export function isPassword(password: string): boolean {
  return password !== '' && !CONTROL.test(password);
}

/** Node's own decoder never fails: it skips what it does not know, so that one credential had many spellings. */
function decodeBase64(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64');
  return octets.toString('base64') === text ? octets : undefined;
}
