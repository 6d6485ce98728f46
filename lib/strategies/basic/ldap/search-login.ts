import type { MayTry, StoreAnswer } from '../user-store.js';
import type { AmbiguousNames } from './ambiguous-names.js';
import { type DirectoryLogin, knownUser } from './directory-login.js';
import type { GroupMemory } from './group-memory.js';
import type { UserDirectory } from './user-directory.js';

/** What a {@link SearchLogin} needs. */
export interface SearchLoginOptions {
  readonly directory: Pick<UserDirectory, 'find' | 'accepts' | 'groupsOf'>;
  readonly groups: GroupMemory;
  readonly ambiguous: AmbiguousNames;
}

/** Search with the service account, bind as the entry that is found, groups with the service account. */
export class SearchLogin implements DirectoryLogin {
  constructor(private readonly options: SearchLoginOptions) {}

  /** {@inheritDoc DirectoryLogin.login} */
  async login(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    const { directory, groups, ambiguous } = this.options;
    const [user, another] = await directory.find(username);
    if (another !== undefined) ambiguous.report(another);
    const only = another === undefined ? user : undefined;
    if (!(await mayTry(only === undefined ? `name ${username}` : `entry ${only.dn.toLowerCase()}`))) return 'refused';
    const answer = await directory.accepts(only, password);
    if (only === undefined) return 'refused';
    if (answer !== 'accepted') return answer;
    return knownUser(only, await groups.of(only, () => directory.groupsOf(only)));
  }
}
