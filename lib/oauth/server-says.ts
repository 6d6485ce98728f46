import { resultOf } from '../errors.js';
import { oneLine } from '../operator/log-text.js';

/** The longest part of a server's explanation that is repeated. */
const MAX_TEXT = 200;
/** Long enough to be a token, a code or a key. */
const TOKEN_LIKE = /[\w.~+/=-]{20,}/g;
/** Parameters that are no secrets: their values may be repeated. */
const PUBLIC = new Set(['grant_type', 'scope', 'client_id', 'token_type_hint', 'client_assertion_type', 'audience', 'resource']);

/**
 * The `error_description` of a server, for an error message: one line, shortened, without what was sent in confidence and what looks like a token; empty if
 * there is none.
 *
 * @param secrets - values that were sent.
 * @see RFC 6749 §5.2
 */
export function serverSays(description: unknown, secrets: readonly string[]): string {
  if (typeof description !== 'string' || description.trim() === '') return '';
  // The longest first: one may be the beginning of another.
  const sent = secrets.filter((secret) => secret !== '').toSorted((one, other) => other.length - one.length);
  const safe = sent.reduce((text, secret) => text.replaceAll(secret, '…'), description).replace(TOKEN_LIKE, '…');
  const line = oneLine(safe.length > MAX_TEXT ? `${safe.slice(0, MAX_TEXT)}…` : safe);
  return `, "${line.replaceAll('"', "'")}"`;
}

/** The values of a request that must not be repeated: its parameters, and the parts of its `Authorization` field. */
export function secretsOf(body: URLSearchParams, headers: Headers): readonly string[] {
  const [scheme = '', credentials = ''] = (headers.get('authorization') ?? '').split(' ');
  const pair = scheme.toLowerCase() === 'basic' ? Buffer.from(credentials, 'base64').toString() : '';
  const password = pair.slice(pair.indexOf(':') + 1);
  return [
    ...[...body].filter(([name]) => !PUBLIC.has(name)).map(([, value]) => value),
    credentials,
    password,
    resultOf(() => decodeURIComponent(password)) ?? password,
  ];
}
