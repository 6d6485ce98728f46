import { resultOf } from '../errors.js';

/**
 * What makes a path ambiguous: another hop, or the router, may read it as another path. In order: an empty segment; a backslash,
 * a semicolon or a control character; an encoded dot, slash, backslash, percent sign or control character;
 * a segment of dots, also at the end.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused
const AMBIGUOUS = /\/\/|[\\;\x00-\x1f\x7f]|%(?:2e|2f|5c|25|[01][0-9a-f]|7f)|\/\.+(?:\/|$)/i;

/** The longest path that rules are checked against: decisions are remembered by path. */
const MAX_PATH_LENGTH = 2048;

/** The path of a request target, decoded; undefined if it is not normalized. @see RFC 3986 §6.2.2 */
export function normalizedPath(target: string): string | undefined {
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  if (!path.startsWith('/') || path.length > MAX_PATH_LENGTH || AMBIGUOUS.test(path)) return undefined;
  return path.includes('%') ? resultOf(() => decodeURIComponent(path)) : path;
}
