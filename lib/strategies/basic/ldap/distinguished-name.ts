/** The first attribute value as it is written, up to a `,` or `+` (or the old `;`) that is not escaped. */
const FIRST_VALUE = /^[^=]+=((?:\\.|[^\\,+;])*)(?=[,+;]|$)/su;

/** An octet in hexadecimal, a character that stands for itself, or text without escapes. */
const PART = /\\([0-9a-f]{2})|\\(.)|([^\\]+)/gisu;

/**
 * The value of the first attribute of a name, without its escaping: `j,doe` of `uid=j\2cdoe,ou=Users,dc=example`.
 * Undefined for what is no name, or has a value that is not text (`#04…`, or octets that are not UTF-8).
 *
 * @see RFC 4514 §2.4 and §3
 */
export function firstValueOf(name: string): string | undefined {
  const written = FIRST_VALUE.exec(name)?.[1];
  if (written === undefined || written === '' || written.startsWith('#')) return undefined;
  const octets = Array.from(written.matchAll(PART), ([, hex, character, text]) =>
    hex === undefined ? Buffer.from(character ?? text ?? '') : Buffer.from(hex, 'hex'),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(octets));
  } catch {
    return undefined;
  }
}
