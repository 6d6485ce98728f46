import { isPromise } from '../../awaitable.js';
import { suggest } from '../../config/nearest-name.js';
import { describeMismatch } from '../../config/schema.js';
import { quotedTextOf } from '../../errors.js';
import { isJsonObject } from '../../json-object.js';
import { quoted } from '../../operator/log-text.js';
import type { ClaimRefusal } from './claim-refusal.js';
import type { TokenPrincipal, ToPrincipal } from './claims.config.js';
import type { Claims } from './claims-reader.js';
import { type NameOf, nameRule } from './names.js';

/** What an application's `toPrincipal` makes of the claims of a token, checked. */
export type PrincipalMapper = (claims: Claims) => TokenPrincipal | ClaimRefusal;

const LISTS = ['scopes', 'roles', 'permissions'] as const;
const MEMBERS: readonly string[] = ['username', ...LISTS];
const TEXT = nameRule(false);

/** Makes a mapper that never throws: what fails, or returns something else than it should, refuses the token. */
export function principalMapper(toPrincipal: ToPrincipal, nameOf: NameOf): PrincipalMapper {
  return (claims) => {
    try {
      // A copy: the function may change what it is given, and the principal shows the claims as they came.
      return checked(toPrincipal(structuredClone(claims)), nameOf);
    } catch (error) {
      return refusal(error instanceof WrongResult ? `toPrincipal ${error.message}` : `toPrincipal threw ${quotedTextOf(error)}`);
    }
  };
}

/** What is wrong with a result. */
class WrongResult extends Error {}

function refusal(words: string): ClaimRefusal {
  return { reason: 'refused_by_to_principal', detail: () => words };
}

function checked(result: unknown, nameOf: NameOf): TokenPrincipal {
  if (isPromise(result)) {
    // No other code awaits it, and an unhandled rejection ends the process.
    Promise.resolve(result).catch(() => {});
    throw new WrongResult('returned a promise. It must be synchronous');
  }
  if (!isPlainObject(result))
    throw new WrongResult(`returned ${kindOf(result)}. It must return an object with any of ${MEMBERS.join(', ')}`);
  const unknown = Object.keys(result).find((member) => !MEMBERS.includes(member) && result[member] !== undefined);
  if (unknown !== undefined) throw new WrongResult(`returned an unknown member ${quoted(unknown)}. ${suggest(unknown, MEMBERS)}`);
  const parts: { -readonly [K in keyof TokenPrincipal]: TokenPrincipal[K] } = {};
  const { username } = result;
  if (username !== undefined) parts.username = checkedName('username', username, nameOf);
  for (const list of LISTS) {
    const names = result[list];
    if (names !== undefined) parts[list] = checkedList(list, names, list === 'scopes' ? TEXT : nameOf);
  }
  return parts;
}

function checkedList(member: string, names: unknown, nameOf: NameOf): readonly string[] {
  if (!Array.isArray(names)) throw wrongMember(member, describeMismatch('a list of strings', names));
  return [...new Set(Array.from(names, (name: unknown, index) => checkedName(`${member}[${index}]`, name, nameOf)))];
}

function checkedName(member: string, value: unknown, nameOf: NameOf): string {
  const name = nameOf(value);
  if (name === undefined) throw wrongMember(member, value === '' ? 'must not be empty' : describeMismatch('a string', value));
  return name;
}

function wrongMember(member: string, mistake: string): WrongResult {
  return new WrongResult(`returned a wrong value: ${member} ${mistake}`);
}

/** An object literal, of any realm: anything else (a `Map`, an iterator) could look like a result that leaves everything out. */
function isPlainObject(value: unknown): value is Claims {
  if (!isJsonObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object of a class' : `a ${typeof value}`;
}
