import { resultOf } from '../errors.js';

/** The kinds of alternative names that may name a caller, as OpenSSL calls them. */
export type AltNameKind = 'DNS' | 'URI' | 'email';

/** Node quotes a name as JSON if anything in it could be taken for another name. */
const ENTRY = /(?:^|(?!^), )([A-Za-z][A-Za-z ]*):("(?:[^"\\]|\\.)*"|[^,"]*)/gy;

/**
 * The alternative names of one kind, from the text that `crypto.X509Certificate` gives.
 *
 * @returns undefined if the text is not what Node would give.
 * @see RFC 5280 §4.2.1.6
 */
export function altNames(text: string | undefined, kind: AltNameKind): readonly string[] | undefined {
  if (text === undefined) return [];
  const entries = [...text.matchAll(ENTRY)];
  const length = entries.reduce((sum, [entry]) => sum + entry.length, 0);
  if (length !== text.length) return undefined;
  const names = entries.flatMap(([, type, value = '']) => (type === kind ? [unquote(value)] : []));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function unquote(value: string): string | undefined {
  if (!value.startsWith('"')) return value;
  return resultOf(() => String(JSON.parse(value)));
}
