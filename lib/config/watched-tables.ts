import { AuthConfigurationError, fieldError, textOf } from '../errors.js';
import { FileFailure, textIn } from './file-contents.js';
import { WatchedFiles } from './watched-files.js';

/** What {@link WatchedTables} needs. */
export interface WatchedTablesOptions<T> {
  /** The file, relative to the working directory. */
  readonly path: string;
  /** What the tables stand for, in the plural: `users`. */
  readonly nouns: string;
  /** The keys of the arrays of tables, any of which will do: `['auth', 'users']`. */
  readonly places: readonly (readonly string[])[];
  /** What follows when there are no tables any more: `nobody can log in`. */
  readonly whenNone: string;
  /** Makes of the file's text what is used. Whatever it throws means that the file cannot be used. */
  readonly parse: (text: string) => T | Promise<T>;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  /**
   * Milliseconds between two looks at the file.
   * @defaultValue 1000
   */
  readonly interval?: number | undefined;
}

/** What the tables of a TOML file mean, as the file is now; when it is broken, as it was before. */
export class WatchedTables<T extends { readonly size: number }> {
  private value: T | undefined;
  private readonly file: WatchedFiles<T>;

  private constructor(private readonly options: WatchedTablesOptions<T>) {
    const { path, nouns, parse, warn, interval } = options;
    this.file = new WatchedFiles({
      files: [path],
      parse: (contents) => parse(textIn(contents, path)),
      use: (value) => this.use(value),
      onFailure: (error) => warn(`The ${nouns} stay as they were: ${path} was changed and cannot be used.\n${reasonOf(error)}`),
      onRecovery: () => warn(`The ${nouns} are those of ${path} again.`),
      interval,
    });
  }

  /**
   * Reads the file and goes on watching it.
   *
   * @throws AuthConfigurationError for the field `path`, when the file is not there, or has a mistake, or none of the tables.
   */
  static async open<T extends { readonly size: number }>(options: WatchedTablesOptions<T>): Promise<WatchedTables<T>> {
    const tables = new WatchedTables(options);
    const value = await tables.file.start().catch((error) => {
      throw error instanceof FileFailure ? fieldError('path', error.message, error) : error;
    });
    if (value.size === 0) {
      const places = options.places.map((place) => `[[${place.join('.')}]]`).join(' or ');
      throw fieldError('path', `${options.path} has no ${options.nouns}: it needs ${places}`);
    }
    tables.value = value;
    tables.file.watch();
    return tables;
  }

  /** What is in force. */
  get current(): T {
    if (this.value === undefined) throw new Error('The file was not read.');
    return this.value;
  }

  /** Stops watching; what is in force stays. */
  close(): void {
    this.file.close();
  }

  private use(value: T): void {
    const { path, nouns, whenNone, warn } = this.options;
    this.value = value;
    // A valid file is obeyed: who takes the last table out wants to lock out whom it stands for.
    if (value.size === 0) warn(`${path} has no ${nouns} any more: ${whenNone}.`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AuthConfigurationError) return error.problems.map(({ message }) => message).join('\n');
  return textOf(error);
}
