import type { KnownUser, MayTry, StoreAnswer } from '../user-store.js';
import type { UserEntry } from './entries.js';

/** A way to log in to a directory: with a service account that searches, or with a name made of the user name. */
export interface DirectoryLogin {
  /**
   * Checks a user name and a password, neither of them empty.
   *
   * @param mayTry - asked before the password is tried.
   * @throws AuthUnavailableError when the directory does not say.
   */
  login(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer>;
}

/** A user of a directory, for a principal: the groups become scopes and roles. */
export function knownUser({ dn, username }: UserEntry, groups: readonly string[]): KnownUser {
  return { username, scopes: groups, roles: groups, claims: { dn }, version: '' };
}
