import { WatchedTables } from '../../../config/watched-tables.js';
import { AuthUnavailableError } from '../../../errors.js';
import type { StrategyHost } from '../../strategy.js';
import type { HashQueue } from '../password/hash-queue.js';
import type { KnownUser, MayTry, StoreAnswer, UserStore } from '../user-store.js';
import type { Users } from './users.js';
import { readUsers, USER_PLACES } from './users-file.js';

/** What {@link FileUserStore.open} needs. */
export interface FileUserStoreOptions {
  /** The file, relative to the working directory. */
  readonly path: string;
  readonly allowPlainText: boolean;
  readonly queue: HashQueue;
  readonly host: Pick<StrategyHost, 'warn'>;
  /**
   * Milliseconds between two checks of the file.
   * @defaultValue 1000
   */
  readonly interval?: number | undefined;
}

/** The users of a TOML file, as it is now; when it is broken, as it was before. */
export class FileUserStore implements UserStore {
  private isClosed = false;

  private constructor(
    private readonly file: WatchedTables<Users>,
    private readonly queue: HashQueue,
  ) {}

  /**
   * Reads the file and watches it.
   *
   * @throws AuthConfigurationError when it is not there, or has a mistake, or no users.
   */
  static async open({ path, allowPlainText, queue, host, interval }: FileUserStoreOptions): Promise<FileUserStore> {
    const file = await WatchedTables.open({
      path,
      nouns: 'users',
      places: USER_PLACES,
      whenNone: 'no user can log in',
      parse: (text) => readUsers(text, { file: path, allowPlainText }),
      warn: (message) => host.warn(message),
      interval,
    });
    return new FileUserStore(file, queue);
  }

  async verify(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    const known = this.file.current.find(username);
    const measured = known ?? this.file.current.standIn(username);
    if (measured === undefined) return 'refused';
    if (this.isClosed) throw new AuthUnavailableError('The application is closing.', { retryAfter: 1 });
    if (!(await mayTry(username))) return 'refused';
    const matches = await this.queue.run(() => measured.hash.matches(password), this);
    return matches && known !== undefined ? known.user : 'refused';
  }

  isCurrent({ username, version }: KnownUser): boolean {
    return this.file.current.find(username)?.user.version === version;
  }

  /** Stops watching, and refuses the logins that wait for their turn. */
  close(): void {
    this.isClosed = true;
    this.queue.abandon(this);
    this.file.close();
  }
}
