import { randomUUID } from 'node:crypto';
import type { SearchSettings } from './directory-settings.js';
import { findEntries, findGroups, type Searcher, toUser, type UserEntry } from './entries.js';
import type { BindAnswer, LdapConnection } from './ldap-connection.js';

/** Gives out connections to search with. */
export interface SearchAccount {
  /** Does `work` with such a connection. */
  run<T>(work: (connection: Searcher) => Promise<T>): Promise<T>;
}

/** What a login asks of a directory that a service account searches. */
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
    const entries = await this.account.run((connection) => findEntries(connection, this.settings, username));
    return entries.map((entry) => toUser(entry, this.settings, username));
  }

  /**
   * Whether a password is that of an entry: by a bind on a connection of its own. Without an entry the password is tried for a name that
   * does not exist, so that an unknown user takes as long as a wrong password, and is refused with every answer of the directory.
   *
   * @throws AuthUnavailableError when the directory does not say.
   */
  async accepts(user: UserEntry | undefined, password: string): Promise<BindAnswer> {
    const connection = await this.open();
    try {
      const answer = await connection.bind(user?.dn ?? this.unknownEntry(), password);
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
  async groupsOf(user: UserEntry): Promise<readonly string[]> {
    if (this.settings.groupBases.length === 0) return [];
    return this.account.run((connection) => findGroups(connection, this.settings, user));
  }

  private unknownEntry(): string {
    return `${this.settings.userNameAttribute}=${randomUUID()},${this.settings.userBases[0]}`;
  }
}
