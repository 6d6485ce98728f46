import type { Entry, SearchOptions } from 'ldapts';
import { AuthUnavailableError } from '../../../errors.js';
import type { SearchSettings } from './directory-settings.js';
import { filterForGroups, filterForUser } from './filter.js';
import type { LdapConnection } from './ldap-connection.js';

/** The entry of a user. */
export interface UserEntry {
  /** The name of the entry. */
  readonly dn: string;
  /** The user name as the entry spells it. */
  readonly username: string;
}

/** What searches: a connection that is bound. */
export type Searcher = Pick<LdapConnection, 'search'>;

/**
 * The entries that a user name may mean: two are as good as many.
 *
 * @param binary - attributes to read beside the user name, as bytes.
 * @throws AuthUnavailableError when the directory does not say.
 */
export async function findEntries(
  connection: Searcher,
  { userFilter, userBases, userNameAttribute }: SearchSettings,
  username: string,
  binary: readonly string[] = [],
): Promise<readonly Entry[]> {
  const attributes = [userNameAttribute, ...binary];
  const options = { filter: filterForUser(userFilter, username), attributes, explicitBufferAttributes: [...binary], sizeLimit: 2 };
  const entries = await searchAll(connection, userBases, options);
  // Bases may lie within one another.
  return [...new Map(entries.map((entry) => [entry.dn, entry])).values()];
}

/**
 * Reads the user name of an entry: of several the one that was asked for, otherwise the first.
 *
 * @throws AuthUnavailableError when the directory does not show it.
 */
export function toUser(entry: Entry, { userNameAttribute }: SearchSettings, asked: string): UserEntry {
  const values = textsOf(entry, userNameAttribute);
  const username = values.find((value) => value.toLowerCase() === asked.toLowerCase()) ?? values[0];
  if (entry.dn === '' || username === undefined)
    throw new AuthUnavailableError(`The directory does not show the ${userNameAttribute} of an entry to the account that searches.`);
  return { dn: entry.dn, username };
}

/**
 * The names of the groups that a user is a member of, in the directory's order.
 *
 * @throws AuthUnavailableError unless the directory gives all of them.
 */
export async function findGroups(connection: Searcher, settings: SearchSettings, user: UserEntry): Promise<readonly string[]> {
  const { groupBases, groupFilter, groupNameAttribute, membershipAttribute } = settings;
  const filter = filterForGroups(groupFilter, membershipAttribute, memberName(user, membershipAttribute));
  const entries = await searchAll(connection, groupBases, { filter, attributes: [groupNameAttribute] });
  return [...new Set(entries.flatMap((entry) => textsOf(entry, groupNameAttribute)))];
}

async function searchAll(connection: Searcher, bases: readonly string[], options: SearchOptions): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const base of bases) found.push(...(await connection.search(base, options)));
  return found;
}

/**
 * A `posixGroup` lists login names; every other kind of group the names of entries. The login name is that of the entry, not what the
 * caller typed: a directory compares `memberUid` with case and `uid` without. @see RFC 2307 §5.3 and §2.2
 */
function memberName({ dn, username }: UserEntry, membershipAttribute: string): string {
  return membershipAttribute.split(':')[0]?.toLowerCase() === 'memberuid' ? username : dn;
}

/** The values of an attribute that are text; a directory may spell the attribute's name in its own way. */
function textsOf(entry: Entry, attribute: string): string[] {
  return valuesOf(entry, attribute).filter((each): each is string => typeof each === 'string' && each !== '');
}

/** The values of an attribute. */
export function valuesOf(entry: Entry | undefined, attribute: string): readonly (string | Buffer)[] {
  const name = Object.keys(entry ?? {}).find((key) => key.toLowerCase() === attribute.toLowerCase()) ?? attribute;
  return [entry?.[name] ?? []].flat();
}
