import { resultOf } from './errors.js';

/** A byte order mark stays in the text: a name that begins with it is another name. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that bytes stand for; undefined if they are not UTF-8: if they were replaced, two different names could become equal. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  return resultOf(() => UTF_8.decode(bytes));
}
