import { randomUUID } from 'node:crypto';
import type { Entry, SearchOptions } from 'ldapts';
import { AuthUnavailableError } from '../../../errors.js';
import { firstValueOf } from '../../../tls/distinguished-name.js';
import type { SearchSettings } from './directory-settings.js';
import { filterForGroups, filterForUser } from './filter.js';
import type { BindAnswer, LdapConnection } from './ldap-connection.js';

/** The entry of a user. */
export interface UserEntry {
  /** The name of the entry. */
  readonly dn: string;
  /** The user name as the entry spells it. */
  readonly username: string;
}

/** What searches: a connection that is bound as the service account. */
export type Searcher = Pick<LdapConnection, 'search'>;

/** Gives out connections to search with. */
export interface SearchAccount {
  /** Does `work` with such a connection. */
  run<T>(work: (connection: Searcher) => Promise<T>): Promise<T>;
}

/** The questions that a login asks of a directory. */
export class UserDirectory {
  constructor(
    private readonly settings: SearchSettings,
    private readonly account: SearchAccount,
    private readonly open: () => Promise<Pick<LdapConnection, 'bind' | 'close'>>,
  ) {}

  /**
   * The entries that a user name may mean: two are as good as many.
   *
   * @throws AuthUnavailableError when the directory does not say, or does not show the user name of an entry.
   */
  async find(username: string): Promise<readonly UserEntry[]> {
    const { userFilter, userBases, userNameAttribute } = this.settings;
    const options = { filter: filterForUser(userFilter, username), attributes: [userNameAttribute], sizeLimit: 2 };
    const entries = await this.account.run((connection) => searchAll(connection, userBases, options));
    // Bases may lie within one another.
    const distinct = new Map(entries.map((entry) => [entry.dn, entry]));
    return [...distinct.values()].map((entry) => this.toUser(entry, username));
  }

  /**
   * Whether a password is that of an entry: by a bind on a connection of its own. Without an entry nobody's password is tried,
   * so that an unknown user takes as long as a wrong password, and whatever the directory says to that, it is refused.
   *
   * @throws AuthUnavailableError when the directory does not say.
   */
  async accepts(user: UserEntry | undefined, password: string): Promise<BindAnswer> {
    const connection = await this.open();
    try {
      const answer = await connection.bind(user?.dn ?? this.nobody(), password);
      return user === undefined ? 'refused' : answer;
    } finally {
      connection.close();
    }
  }

  /**
   * The names of the groups that a user is a member of, in the directory's order.
   *
   * @throws AuthUnavailableError unless the directory gives all of them.
   */
  async groupsOf({ dn }: UserEntry): Promise<readonly string[]> {
    const { groupBases, groupFilter, groupNameAttribute, membershipAttribute } = this.settings;
    if (groupBases.length === 0) return [];
    const filter = filterForGroups(groupFilter, membershipAttribute, memberName(dn, membershipAttribute));
    const options = { filter, attributes: [groupNameAttribute] };
    const entries = await this.account.run((connection) => searchAll(connection, groupBases, options));
    return [...new Set(entries.flatMap((entry) => valuesOf(entry, groupNameAttribute)))];
  }

  private toUser(entry: Entry, asked: string): UserEntry {
    const values = valuesOf(entry, this.settings.userNameAttribute);
    const username = values.find((value) => value.toLowerCase() === asked.toLowerCase()) ?? values[0];
    if (entry.dn === '' || username === undefined)
      throw new AuthUnavailableError(
        `The directory does not show the ${this.settings.userNameAttribute} of an entry to the service account.`,
      );
    return { dn: entry.dn, username };
  }

  private nobody(): string {
    return `${this.settings.userNameAttribute}=${randomUUID()},${this.settings.userBases[0]}`;
  }
}

async function searchAll(connection: Searcher, bases: readonly string[], options: SearchOptions): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const base of bases) found.push(...(await connection.search(base, options)));
  return found;
}

/** A `posixGroup` lists bare user names; every other kind of group the names of entries. @see RFC 2307 §5.3 */
function memberName(dn: string, membershipAttribute: string): string {
  if (membershipAttribute.toLowerCase() !== 'memberuid') return dn;
  const value = firstValueOf(dn);
  if (value === undefined) throw new AuthUnavailableError('The name of an entry has no first value to look for in memberUid.');
  return value;
}

/** The values of an attribute that are text; a directory may spell the attribute's name in its own way. */
function valuesOf(entry: Entry, attribute: string): string[] {
  const name = Object.keys(entry).find((key) => key.toLowerCase() === attribute.toLowerCase());
  const value = name === undefined ? [] : entry[name];
  return [value].flat().filter((each): each is string => typeof each === 'string' && each !== '');
}
