import { AuthUnavailableError } from '../../../errors.js';
import { foldedName } from '../user-name.js';
import type { MayTry, StoreAnswer } from '../user-store.js';
import type { AmbiguousNames } from './ambiguous-names.js';
import type { BindTemplate } from './bind-template.js';
import { type DirectoryLogin, knownUser } from './directory-login.js';
import type { SearchSettings } from './directory-settings.js';
import { findEntries, findGroups, toUser, type UserEntry, valuesOf } from './entries.js';
import { filterForUser } from './filter.js';
import type { GroupMemory } from './group-memory.js';
import type { LdapConnection } from './ldap-connection.js';

/** A connection of one user. */
export type UserConnection = Pick<LdapConnection, 'bind' | 'read' | 'search' | 'close'>;

/** What a {@link TemplateLogin} needs. */
export interface TemplateLoginOptions {
  readonly template: BindTemplate;
  readonly settings: SearchSettings;
  /** Opens a connection that is not shared. */
  readonly open: () => Promise<UserConnection>;
  readonly groups: GroupMemory;
  readonly ambiguous: AmbiguousNames;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}

/** The identifier of an account, and those of the account and the groups that a connection is bound as. @see MS-ADTS §3.1.1.3.2 */
const SID = 'objectSid';
const TOKEN = 'tokenGroups';
const NO_ENTRY =
  'the directory accepted a user, but shows no entry of that user: none fits userNameSearchFilter below userSearchBase, or the user may not ' +
  'read it. Such logins are refused.';
const OTHER_ENTRY =
  'the directory accepted a user, but the entry that was found for the user name belongs to another account. Such logins are refused: two ' +
  'accounts share a name (userPrincipalName, sAMAccountName).';

/** Bind with a name made of the user name; entry and groups with the user's own connection. */
export class TemplateLogin implements DirectoryLogin {
  private readonly told = new Set<string>();

  constructor(private readonly options: TemplateLoginOptions) {}

  /** {@inheritDoc DirectoryLogin.login} */
  async login(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    const name = this.options.template.nameOf(username);
    if (!(await mayTry(`name ${foldedName(username)}`)) || name === undefined) return 'refused';
    const connection = await this.options.open();
    try {
      const answer = await connection.bind(name, password);
      return answer === 'accepted' ? await this.admit(connection, name, username) : answer;
    } finally {
      connection.close();
    }
  }

  private async admit(connection: UserConnection, name: string, username: string): Promise<StoreAnswer> {
    const { template, groups, settings } = this.options;
    const user = template.namesEntry ? await this.readOwn(connection, name, username) : await this.findOwn(connection, username);
    if (user === undefined) return 'refused';
    return knownUser(user, await groups.of(user, () => findGroups(connection, settings, user)));
  }

  /** The entry that is bound. */
  private async readOwn(connection: UserConnection, dn: string, username: string): Promise<UserEntry | undefined> {
    const { settings } = this.options;
    const options = { filter: filterForUser(settings.ownFilter, username), attributes: [settings.userNameAttribute] };
    const entry = await connection.read(dn, options);
    if (entry === undefined) return this.tell(NO_ENTRY);
    return toUser(entry, settings, username);
  }

  /**
   * The entry of the user name, if it is the bound account's. The directory resolves the bound name by rules of its own (a
   * userPrincipalName goes before a sAMAccountName): without this check the owner of one account could become the user of another.
   */
  private async findOwn(connection: UserConnection, username: string): Promise<UserEntry | undefined> {
    const { settings, ambiguous } = this.options;
    const token = await boundAccount(connection);
    const [entry, another] = await findEntries(connection, settings, username, [SID]);
    if (entry === undefined) return this.tell(NO_ENTRY);
    const user = toUser(entry, settings, username);
    if (another !== undefined) return void ambiguous.report(user);
    const [sid] = binary(valuesOf(entry, SID));
    if (sid === undefined || !token.some((each) => each.equals(sid))) return this.tell(OTHER_ENTRY);
    return user;
  }

  /** Tells the operator once, without the name: every caller can cause it. */
  private tell(message: string): undefined {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.options.warn(message);
  }
}

/**
 * The identifiers of the account that the connection is bound as, and of its groups.
 *
 * @throws AuthUnavailableError when the directory does not show them: other kinds than Active Directory do not.
 */
async function boundAccount(connection: UserConnection): Promise<readonly Buffer[]> {
  const root = await connection.read('', { attributes: [TOKEN], explicitBufferAttributes: [TOKEN] });
  const token = binary(valuesOf(root, TOKEN));
  if (token.length > 0) return token;
  throw new AuthUnavailableError(
    'The directory does not show which account is bound (tokenGroups of its root entry), as Active Directory and Samba do. Use a bindTemplate ' +
      'that is the name of an entry, or connectionName and connectionPassword.',
  );
}

function binary(values: readonly (string | Buffer)[]): readonly Buffer[] {
  return values.filter((value) => Buffer.isBuffer(value));
}
