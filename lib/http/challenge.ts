/** One challenge of a `WWW-Authenticate` header. @see RFC 9110 §11.6.1 */
export interface Challenge {
  /** The authentication scheme: `Bearer`, `Basic`, `ClientCertificate`, … */
  readonly scheme: string;
  /** Its parameters; `realm` is added from the module's options where it is missing. */
  readonly params?: Readonly<Record<string, string>>;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What arrives as it was sent: no control character, and nothing but ASCII, which every server and client reads alike. */
const FIELD_TEXT = /^[\x20-\x7e]*$/;

/** Whether `text` may stand in a quoted parameter as it is: what a header can carry, no quote, no backslash. */
export function isPlainParameter(text: string): boolean {
  return FIELD_TEXT.test(text) && !/["\\]/.test(text);
}

/** Whether `text` is a `token`, as the name of a scheme or a parameter must be. @see RFC 9110 §5.6.2 */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Writes one challenge, every parameter as a quoted string. What a header cannot carry is dropped, quotes and
 * backslashes are escaped: no value can end its parameter or the header. @see RFC 9110 §5.6.4
 */
export function formatChallenge({ scheme, params = {} }: Challenge): string {
  let list = '';
  for (const [name, value] of Object.entries(params)) list += `${list === '' ? ' ' : ', '}${name}="${escapeQuoted(value)}"`;
  return scheme + list;
}

/** One challenge per scheme, in the order they first appear; parameters of the first one win. */
export function distinctChallenges(challenges: readonly Challenge[]): Challenge[] {
  const byScheme = new Map<string, Challenge>();
  for (const challenge of challenges) {
    const key = challenge.scheme.toLowerCase();
    const known = byScheme.get(key);
    byScheme.set(key, known === undefined ? challenge : { ...known, params: { ...challenge.params, ...known.params } });
  }
  return [...byScheme.values()];
}

function escapeQuoted(value: string): string {
  return isPlainParameter(value) ? value : value.replaceAll(/[^\x20-\x7e]/g, '').replaceAll(/["\\]/g, '\\$&');
}
