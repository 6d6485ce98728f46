import { fieldError, mistakesIn } from '../errors.js';
import { FileFailure, textIn } from './file-contents.js';
import { WatchedFiles } from './watched-files.js';

/** What {@link WatchedTables} needs. */
export interface WatchedTablesOptions<T> {
  /** The file, relative to the working directory. */
  readonly path: string;
  /** What the tables define, in the plural: `users`. */
  readonly nouns: string;
  /** The keys of the arrays of tables; one of them is enough: `['auth', 'users']`. */
  readonly places: readonly (readonly string[])[];
  /** The consequence when there are no tables any more, for the log. */
  readonly whenNone: string;
  /** Makes the value from the text of the file. If it throws, the file cannot be used. */
  readonly parse: (text: string) => T | Promise<T>;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  /**
   * Milliseconds between two checks of the file.
   * @defaultValue 1000
   */
  readonly interval?: number | undefined;
}

/** The value of the tables in a TOML file; while the file cannot be used, the previous value. */
export class WatchedTables<T extends { readonly size: number }> {
  private value: T | undefined;
  private readonly file: WatchedFiles<T>;

  private constructor(private readonly options: WatchedTablesOptions<T>) {
    const { path, nouns, parse, warn, interval } = options;
    this.file = new WatchedFiles({
      files: [path],
      parse: (contents) => parse(textIn(contents, path)),
      use: (value) => this.use(value),
      onFailure: (error) => warn(`The ${nouns} stay as they were: ${path} was changed and cannot be used.\n${mistakesIn(error)}`),
      onRecovery: () => warn(`The ${nouns} are those of ${path} again.`),
      interval,
    });
  }

  /**
   * Reads the file and watches it.
   *
   * @throws AuthConfigurationError for the field `path`, if the file is missing, has a mistake, or has none of the tables.
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

  /** Stops watching; the value stays in force. */
  close(): void {
    this.file.close();
  }

  private use(value: T): void {
    const { path, nouns, whenNone, warn } = this.options;
    this.value = value;
    // A valid file is obeyed: removing the last table means that its user is locked out.
    if (value.size === 0) warn(`${path} has no ${nouns} any more: ${whenNone}.`);
  }
}
