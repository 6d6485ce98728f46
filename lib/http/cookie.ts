import { resultOf } from '../errors.js';

const SPACE = 0x20;
const TAB = 0x09;

/**
 * The values of a cookie in a `Cookie` header field, in their order: several where cookies of one name were set for different paths or
 * domains.
 *
 * Pairs end at a semicolon, also between quotes. Only spaces and tabs around a pair are removed: what trims more would take
 * `U+00A0 __Host-token`, which any subdomain may set, for `__Host-token`.
 *
 * @see RFC 6265 §5.4
 */
export function cookieValues(header: string, name: string): string[] {
  const values: string[] = [];
  for (let start = 0; start < header.length; ) {
    const semicolon = header.indexOf(';', start);
    const end = semicolon === -1 ? header.length : semicolon;
    const from = skipBlanks(header, start);
    const equals = from + name.length;
    if (header.startsWith(name, from) && header[equals] === '=') values.push(valueIn(header, equals + 1, end));
    start = end + 1;
  }
  return values;
}

/**
 * What a server meant by the value that it set: without quotes around it, and without percent escapes. Neither a quote nor a percent sign
 * can be part of a token, so that no token can be read in two ways.
 *
 * @returns undefined if an escape is wrong.
 */
export function decodeCookieValue(value: string): string | undefined {
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  const bare = isQuoted ? value.slice(1, -1) : value;
  return bare.includes('%') ? resultOf(() => decodeURIComponent(bare)) : bare;
}

function valueIn(header: string, start: number, end: number): string {
  let to = end;
  while (isBlank(header.charCodeAt(to - 1))) to--;
  return header.slice(skipBlanks(header, start), to);
}

function skipBlanks(header: string, start: number): number {
  let from = start;
  while (isBlank(header.charCodeAt(from))) from++;
  return from;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
