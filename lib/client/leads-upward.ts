/** How often a path may be encoded; what is still encoded then is refused. */
const MOST_LAYERS = 8;

/**
 * Whether a service that decodes a path once more than it should might find `..` or `.` in it. The parser of URLs resolves plain dot segments, and leaves encoded
 * separators beside them as they are (`..%2f`, `..%5c`, `%252e%252e`); parameters of a segment (`..;x`) and a NUL hide them as well.
 *
 * @param pathname - of a parsed URL.
 * @see https://url.spec.whatwg.org/#double-dot-path-segment
 */
export function leadsUpward(pathname: string): boolean {
  let path = pathname;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    if (path.split(/[/\\]/).some(isDotSegment)) return true;
    const decoded = decodeOnce(path);
    if (decoded === path) return false;
    path = decoded;
  }
  return true;
}

function isDotSegment(segment: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what hides the dots
  return /^\.{1,2}$/.test(segment.replace(/;.*$|[\x00-\x20]/g, ''));
}

/** Old decoders know `%u002e`, too, and accept longer encodings of a character than UTF-8 allows. @see RFC 3629 §10 */
function decodeOnce(path: string): string {
  return path
    .replace(/%(?:u00)?([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/(?:\xc0|\xe0\x80|\xf0\x80\x80)([\xae\xaf])/g, (_sequence, last: string) => (last === '\xae' ? '.' : '/'))
    .replace(/(?:\xc1|\xe0\x81|\xf0\x80\x81)\x9c/g, '\\');
}
