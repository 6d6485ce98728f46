/** A media type as it is compared: without the prefix that may be left out, and in lower case. @see RFC 7515 §4.1.9 */
export function typeName(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}
