import { resolve } from 'node:path';
import { FILE_SYSTEM, type FileAccess, FileChangingError, type Sighting } from '../config/file-access.js';
import { FileFailure, valueIn } from '../config/file-contents.js';
import { fieldError, textOf, within } from '../errors.js';
import { isHeaderValue } from '../http/header-field.js';
import type { Warn } from '../operator/notes.js';
import { readBytes } from '../tls/pem.js';
import { type ClientConfig, type HeaderFile, lowerCaseNames } from './client-config.js';
import { withinTime } from './within-time.js';

/** Gives the header fields of a config as they are now, by lower-case name. */
export type CustomHeaders = () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

/** Seconds that a request waits for a file system before it is sent with the value that is known. */
const PATIENCE = 1;

/**
 * Prepares the header fields of a config. Files are read now, and looked at again for every request, so that a rotated token is used at once.
 *
 * @throws AuthConfigurationError with paths below `customHeaders`, if a file cannot be read or does not hold the value of a header field.
 */
export function openCustomHeaders(
  { customHeaders }: Pick<ClientConfig, 'customHeaders'>,
  warn: Warn,
  access: FileAccess = FILE_SYSTEM,
): CustomHeaders {
  const fields = Object.entries(lowerCaseNames(customHeaders));
  const fixed = Object.fromEntries(fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
  const files = Object.entries(customHeaders ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [] : [within(`customHeaders.${name}`, () => new FieldFromFile(name, value, warn, access))],
  );
  if (files.length === 0) return () => fixed;
  return async () => ({ ...fixed, ...Object.fromEntries(await Promise.all(files.map((field) => field.current()))) });
}

/** A header field whose value is in a file. While the file cannot be used, the last valid value is sent. */
class FieldFromFile {
  private readonly name: string;
  private value: string;
  private sighting: Sighting | undefined;
  private look: Promise<void> | undefined;
  private trouble: string | undefined;

  /** @throws AuthConfigurationError with the path `file`. */
  constructor(
    private readonly field: string,
    private readonly source: HeaderFile,
    private readonly warn: Warn,
    private readonly access: FileAccess,
  ) {
    this.name = field.toLowerCase();
    const bytes = readBytes(source.file, 'file');
    try {
      this.value = this.valueOf(bytes);
    } catch (error) {
      throw fieldError('file', textOf(error), error);
    }
  }

  /** The name in lower case, and the value. */
  async current(): Promise<readonly [name: string, value: string]> {
    // One look at a time: a file system that hangs must not take all threads.
    this.look ??= this.update().finally(() => {
      this.look = undefined;
    });
    const look = this.look;
    await withinTime(
      PATIENCE,
      () => look,
      () => undefined,
    );
    return [this.name, this.value];
  }

  private async update(): Promise<void> {
    try {
      const sighting = await this.access.look(resolve(this.source.file), this.sighting);
      if (sighting !== this.sighting) this.value = this.valueOf(sighting.bytes);
      this.sighting = sighting;
      this.recover();
    } catch (error) {
      this.sighting = undefined;
      // The file is being written: the next request reads it again.
      if (!(error instanceof FileChangingError)) this.fail(error instanceof FileFailure ? error : new FileFailure(this.source.file, error));
    }
  }

  private valueOf(bytes: Buffer): string {
    const { file, prefix = '' } = this.source;
    const content = valueIn(new Map([[file, bytes]]), file);
    if (!isHeaderValue(content)) throw new FileFailure(file, { code: 'ENOTFIELD' });
    return prefix + content;
  }

  private fail({ message }: Error): void {
    if (this.trouble === message) return;
    this.trouble = message;
    this.warn(`customHeaders.${this.field}: ${message} The last valid value is sent until the file can be used.`);
  }

  private recover(): void {
    if (this.trouble === undefined) return;
    this.trouble = undefined;
    this.warn(`customHeaders.${this.field}: the file "${this.source.file}" can be used again.`);
  }
}
