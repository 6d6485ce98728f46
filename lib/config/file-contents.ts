import { FileChangingError } from './file-access.js';
import { describeReadFailure } from './read-failure.js';

/** What files hold, by the paths that they were given with. */
export type Contents = ReadonlyMap<string, Buffer>;

/** A file that cannot be read, or has nothing in it. */
export class FileFailure extends Error {
  /** @param path - the file, as it was configured. */
  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(describeReadFailure(path, cause), { cause });
    this.name = 'FileFailure';
  }
}

/** Whether a file could not be read because it is being written to. */
export function isChanging(failure: unknown): boolean {
  return failure instanceof FileFailure && failure.cause instanceof FileChangingError;
}

/**
 * The text of a file.
 *
 * @throws FileFailure if it is not UTF-8.
 */
export function textIn(contents: Contents, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(contents.get(path));
  } catch (error) {
    throw new FileFailure(path, error);
  }
}

/**
 * The value that a file holds: its text without the line breaks at its end.
 *
 * @throws FileFailure if it is empty, or not UTF-8.
 */
export function valueIn(contents: Contents, path: string): string {
  const value = textIn(contents, path).replace(/[\r\n]+$/, '');
  if (value.trim() === '') throw new FileFailure(path, { code: 'EMPTY' });
  return value;
}

/**
 * Checks that no file is empty: a file that was truncated before it is rewritten has no content yet.
 *
 * @throws FileFailure naming one that is empty.
 */
export function checkFilled(contents: Contents): void {
  for (const [path, bytes] of contents) if (bytes.toString('latin1').trim() === '') throw new FileFailure(path, { code: 'EMPTY' });
}
