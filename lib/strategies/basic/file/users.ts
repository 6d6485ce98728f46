import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod';
import { fields, optional, text } from '../../../config/schema.js';
import type { PasswordHash } from '../password/password-hash.js';
import { isUsername } from '../user-pass.js';
import type { KnownUser } from '../user-store.js';

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
  /** In the order of the stored passwords: hashes of one kind and one cost stand together. */
  private readonly list: readonly Candidate[];
  private readonly secret: string;

  constructor(stored: ReadonlyMap<string, StoredUser>) {
    const byPassword = [...stored].sort(([, a], [, b]) => (a.entry.password < b.entry.password ? -1 : 1));
    this.byName = new Map(byPassword.map(([name, { entry, hash }]) => [name, { user: toKnown(entry), hash }]));
    this.list = [...this.byName.values()];
    this.secret = digest(byPassword[0]?.[1].entry.password ?? '');
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
   * The user whose hash is computed for an unknown name, so that unknown names take as long as known ones, in the
   * same proportions, even if the file's hashes are of several kinds. A name draws the same kind from every replica and after every
   * restart, as a known one does: the draw depends on the stored hashes alone, which no caller knows, and as little as can be on any
   * single one, so that few names draw another kind when the file is edited.
   */
  standIn(username: string): Candidate | undefined {
    const draw = createHmac('sha256', this.secret).update(username).digest().readUInt32BE() / 2 ** 32;
    return this.list[Math.floor(draw * this.list.length)];
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** The version is a digest of the whole entry: each change of it ends the remembered logins. */
function toKnown(entry: UserEntry): KnownUser {
  const { username, password, scopes, roles } = entry;
  return { username, scopes, roles, version: digest(JSON.stringify([username, password, scopes, roles])) };
}

const NOT_A_USERNAME = 'must have no colon and no control characters: no client could send it';

/** The schema of an entry, whose lists may be left out. */
export const userEntry = fields(() => ({
  username: text.refine(isUsername, NOT_A_USERNAME),
  password: text,
  scopes: optional(z.array(text)),
  roles: optional(z.array(text)),
}));

/** One `[[auth.users]]` entry, with its lists. */
export type UserEntry = Required<z.output<typeof userEntry>>;
