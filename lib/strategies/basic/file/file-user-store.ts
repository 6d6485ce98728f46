import { type Contents, FileFailure, textIn } from '../../../config/file-contents.js';
import { WatchedFiles } from '../../../config/watched-files.js';
import { AuthConfigurationError, AuthUnavailableError, fieldError, textOf } from '../../../errors.js';
import type { StrategyHost } from '../../strategy.js';
import type { HashQueue } from '../password/hash-queue.js';
import type { KnownUser, MayTry, StoreAnswer, UserStore } from '../user-store.js';
import { Users } from './users.js';
import { readUsers } from './users-file.js';

/** What {@link FileUserStore.open} needs. */
export interface FileUserStoreOptions {
  /** The file, relative to the working directory. */
  readonly path: string;
  readonly allowPlainText: boolean;
  readonly queue: HashQueue;
  readonly host: Pick<StrategyHost, 'warn'>;
  /**
   * Milliseconds between two looks at the file.
   * @defaultValue 1000
   */
  readonly interval?: number | undefined;
}

/** The users of a TOML file, as it is now; when it is broken, as it was before. */
export class FileUserStore implements UserStore {
  private users = new Users(new Map());
  private readonly file: WatchedFiles<Users>;
  private isClosed = false;

  private constructor(private readonly options: FileUserStoreOptions) {
    const { path, host, interval } = options;
    this.file = new WatchedFiles({
      files: [path],
      parse: (contents) => parseContents(contents, options),
      use: (users) => this.use(users),
      onFailure: (error) => host.warn(`The users are still those of before: ${path} was changed, and cannot be used.\n${reasonOf(error)}`),
      onRecovery: () => host.warn(`The users are those of ${path} again.`),
      interval,
    });
  }

  /**
   * Reads the file and goes on watching it.
   *
   * @throws AuthConfigurationError when it is not there, or has a mistake, or no users.
   */
  static async open(options: FileUserStoreOptions): Promise<FileUserStore> {
    const store = new FileUserStore(options);
    store.users = await store.file.start().catch((error) => {
      throw error instanceof FileFailure ? problem(error.message, error) : error;
    });
    if (store.users.size === 0) throw problem(`${options.path} has no users: it needs [[ballerina.auth.users]] or [[auth.users]]`);
    store.file.watch();
    return store;
  }

  async verify(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    const known = this.users.find(username);
    const measured = known ?? this.users.standIn(username);
    if (measured === undefined) return 'refused';
    if (this.isClosed) throw new AuthUnavailableError('The application is closing.', { retryAfter: 1 });
    if (!(await mayTry(username))) return 'refused';
    const matches = await this.options.queue.run(() => measured.hash.matches(password), this);
    return matches && known !== undefined ? known.user : 'refused';
  }

  isCurrent({ username, version }: KnownUser): boolean {
    return this.users.find(username)?.user.version === version;
  }

  /** Stops watching, and refuses the logins that wait for their turn. */
  close(): void {
    this.isClosed = true;
    this.options.queue.abandon(this);
    this.file.close();
  }

  private use(users: Users): void {
    this.users = users;
    if (users.size === 0) this.options.host.warn(`${this.options.path} has no users any more: nobody can log in.`);
  }
}

function parseContents(contents: Contents, { path, allowPlainText }: FileUserStoreOptions): Promise<Users> {
  return readUsers(textIn(contents, path), { file: path, allowPlainText });
}

function reasonOf(error: unknown): string {
  if (error instanceof AuthConfigurationError) return error.problems.map(({ message }) => message).join('\n');
  return textOf(error);
}

function problem(message: string, cause?: unknown): AuthConfigurationError {
  return fieldError('path', message, cause);
}
