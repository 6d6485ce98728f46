import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { PasswordHash } from '../password/password-hash.js';
import type { KnownUser } from '../user-store.js';
import type { UserEntry } from './user-entry.js';

/** A user of the file, and what its password is checked against. */
export interface StoredUser {
  readonly entry: UserEntry;
  readonly hash: PasswordHash;
}

/** A user that can be logged in. */
export interface Candidate {
  readonly user: KnownUser;
  readonly hash: PasswordHash;
}

/** The users of one reading of the file. */
export class Users {
  private readonly byName: ReadonlyMap<string, Candidate>;
  private readonly list: readonly Candidate[];
  private readonly secret = randomBytes(32);

  constructor(stored: ReadonlyMap<string, StoredUser>) {
    this.byName = new Map([...stored].map(([name, { entry, hash }]) => [name, { user: toKnown(entry), hash }]));
    this.list = [...this.byName.values()];
  }

  /** How many there are. */
  get size(): number {
    return this.list.length;
  }

  /** The user of that name. */
  find(username: string): Candidate | undefined {
    return this.byName.get(username);
  }

  /**
   * Somebody whose hash is computed in place of an unknown user's, always the same one for a name: so unknown names take
   * the times that known ones take, in the same proportions, even if the file's hashes are of several kinds.
   */
  standIn(username: string): Candidate | undefined {
    if (this.list.length === 0) return undefined;
    const draw = createHmac('sha256', this.secret).update(username).digest().readUInt32BE();
    return this.list[draw % this.list.length];
  }
}

/** The version is a digest of the whole entry: whatever changes in it ends the logins that were remembered. */
function toKnown(entry: UserEntry): KnownUser {
  const { username, password, scopes, roles } = entry;
  const version = createHash('sha256')
    .update(JSON.stringify([username, password, scopes, roles]))
    .digest('base64');
  return { username, scopes, roles, version };
}
