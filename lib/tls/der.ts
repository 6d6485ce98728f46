/** One value of a DER encoding. @see X.690 §8.1 */
export interface DerValue {
  /** The identifier byte: class, form and number. */
  readonly tag: number;
  readonly content: Buffer;
}

/**
 * Reads the values that stand one after the other in `bytes`.
 *
 * @returns undefined if they are not DER, or have tags of more than one byte, which certificates do not use.
 */
export function derValues(bytes: Buffer | undefined): readonly DerValue[] | undefined {
  if (bytes === undefined) return undefined;
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const header = readHeader(bytes, at);
    if (header === undefined || header.end > bytes.length) return undefined;
    values.push({ tag: header.tag, content: bytes.subarray(header.start, header.end) });
    at = header.end;
  }
  return values;
}

function readHeader(bytes: Buffer, at: number): { tag: number; start: number; end: number } | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  // 0 would be the indefinite form, which DER does not have.
  if (count === 0 || count > 4 || at + 2 + count > bytes.length) return undefined;
  const start = at + 2 + count;
  return { tag, start, end: start + bytes.readUIntBE(at + 2, count) };
}
