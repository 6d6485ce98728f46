import { fieldError } from '../../../errors.js';
import { type DistinguishedName, escapeNameValue, isSameName, parseDistinguishedName } from '../../../tls/distinguished-name.js';

/** Makes the name that a user binds with. */
export interface BindTemplate {
  /**
   * Whether the template is the name of an entry: then the bound entry is known, and nothing needs to be searched. Otherwise it is a
   * name that the directory resolves by its own rules.
   */
  readonly namesEntry: boolean;
  /** The name to bind with; undefined for a user name whose characters would give the template another meaning. */
  nameOf(username: string): string | undefined;
}

const PLACEHOLDER = '{user}';
/** `{user}@corp.example`: a user principal name. @see MS-ADTS §5.1.1.1.1 */
const PRINCIPAL_NAME = /^\{user\}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;
/** `CORP\{user}`: the name of a domain and an account name. @see MS-ADTS §5.1.1.1.1 */
const DOMAIN_ACCOUNT = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}])?\\\{user\}$/u;
/** What no account name may have, and `@`: with them the directory could read a DN, another domain, a path or a service name. @see MS-SAMR §3.1.1.6 */
const SEPARATORS = /["/\\[\]:;|=,+*?<>@{}\p{C}]/u;

/**
 * Reads `bindTemplate`.
 *
 * @param bases - where users are: a DN template must lead there.
 * @throws AuthConfigurationError for a template without `{user}`, of an unknown form, or that leads elsewhere.
 */
export function readBindTemplate(template: string, bases: readonly string[]): BindTemplate {
  if (!template.includes(PLACEHOLDER))
    throw fieldError('bindTemplate', 'must have {user} where the user name goes: uid={user},ou=People,…');
  if (/[{}]/.test(template.replaceAll(PLACEHOLDER, '')))
    throw fieldError('bindTemplate', 'has a placeholder or a brace other than {user}: {user} is the only placeholder.');
  if (PRINCIPAL_NAME.test(template) || DOMAIN_ACCOUNT.test(template)) return accountTemplate(template);
  const name = parseDistinguishedName(template);
  if (name === undefined)
    throw fieldError(
      'bindTemplate',
      'must be the name of an entry as RFC 4514 writes it (uid={user},ou=People,dc=example), {user}@corp.example, or CORP\\{user} ' +
        '(in a JavaScript string the backslash is written twice).',
    );
  if (!bases.some((base) => leadsBelow(name, base)))
    throw fieldError('bindTemplate', 'names entries outside userSearchBase, so no user could log in. Name a place below userSearchBase.');
  return {
    namesEntry: true,
    nameOf: (username) => template.replaceAll(PLACEHOLDER, () => escapeNameValue(username)),
  };
}

function accountTemplate(template: string): BindTemplate {
  return {
    namesEntry: false,
    nameOf: (username) => (SEPARATORS.test(username) ? undefined : template.replaceAll(PLACEHOLDER, () => username)),
  };
}

/** Whether every entry of the template is below `base`, for every user name: the parts after the user name end with the base. */
function leadsBelow(template: DistinguishedName, base: string): boolean {
  const place = parseDistinguishedName(base);
  if (place === undefined) return false;
  const last = template.findLastIndex((part) => part.some(({ value }) => value.includes(PLACEHOLDER)));
  const fixed = template.slice(last + 1);
  return isSameName(folded(fixed.slice(-place.length)), folded(place));
}

/** Directories compare most names without case. */
function folded(name: DistinguishedName): DistinguishedName {
  return name.map((part) => part.map(({ type, value }) => ({ type, value: value.toLowerCase() })));
}
