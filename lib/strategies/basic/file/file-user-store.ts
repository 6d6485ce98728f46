import { resolve } from 'node:path';
import { describeReadFailure } from '../../../config/read-failure.js';
import { type Reading, WatchedFile } from '../../../config/watched-file.js';
import { AuthConfigurationError } from '../../../errors.js';
import type { StrategyHost } from '../../strategy.js';
import type { HashQueue } from '../password/hash-queue.js';
import type { KnownUser, MayTry, StoreAnswer, UserStore } from '../user-store.js';
import type { Users } from './users.js';
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
  readonly interval?: number;
}

const INTERVAL = 1000;

/** The users of a TOML file, as it is now; when it is broken, as it was before. */
export class FileUserStore implements UserStore {
  private constructor(
    private users: Users,
    private readonly file: WatchedFile,
    private readonly options: FileUserStoreOptions,
  ) {}

  /**
   * Reads the file and goes on watching it.
   *
   * @throws AuthConfigurationError when it is not there, or has a mistake, or no users.
   */
  static async open(options: FileUserStoreOptions): Promise<FileUserStore> {
    const file = new WatchedFile(resolve(options.path));
    const reading = await file.read();
    const users = await parseReading(reading ?? { text: '' }, options);
    if (users.size === 0) throw problem(`${options.path} has no users: it needs [[ballerina.auth.users]] or [[auth.users]]`);
    const store = new FileUserStore(users, file, options);
    file.watch(options.interval ?? INTERVAL, (next) => store.reload(next));
    return store;
  }

  async verify(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    const known = this.users.find(username);
    const measured = known ?? this.users.standIn(username);
    if (measured === undefined || !(await mayTry(username))) return 'refused';
    const matches = await this.options.queue.run(() => measured.hash.matches(password));
    return matches && known !== undefined ? known.user : 'refused';
  }

  isCurrent({ username, version }: KnownUser): boolean {
    return this.users.find(username)?.user.version === version;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async reload(reading: Reading): Promise<void> {
    const { host, path } = this.options;
    try {
      if ('text' in reading && reading.text.trim() === '') throw problem(`${path} is empty`);
      this.users = await parseReading(reading, this.options);
      if (this.users.size === 0) host.warn(`${path} has no users any more: nobody can log in.`);
    } catch (error) {
      host.warn(`The users are still those of before: ${path} was changed, and cannot be used.\n${reasonOf(error)}`);
    }
  }
}

function parseReading(reading: Reading, { path, allowPlainText }: FileUserStoreOptions): Promise<Users> {
  if ('text' in reading) return readUsers(reading.text, { file: path, allowPlainText });
  const message = describeReadFailure(path, reading.error);
  throw new AuthConfigurationError([{ path: 'path', message }], { cause: reading.error });
}

function reasonOf(error: unknown): string {
  if (error instanceof AuthConfigurationError) return error.problems.map(({ message }) => message).join('\n');
  return error instanceof Error ? error.message : String(error);
}

function problem(message: string): AuthConfigurationError {
  return new AuthConfigurationError([{ path: 'path', message }]);
}
