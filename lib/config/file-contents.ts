import { isAbsolute } from 'node:path';

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

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is not a directory',
  EACCES: 'this process may not read it',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links lead in a circle',
  ENOTFILE: 'it is not a regular file',
  EMPTY: 'it is empty',
  ENOTFIELD: 'it has line breaks or control characters, which a header field must not have',
  ECHANGING: 'it is being written to',
  ERR_INVALID_ARG_VALUE: 'the path has a NUL byte',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8',
};

/** Why a file cannot be read, with its name as it was configured and what that is relative to. */
export function describeReadFailure(file: string, error: unknown): string {
  const place = isAbsolute(file) ? '' : ` (from ${process.cwd()}, the working directory)`;
  return `cannot read the file "${file}"${place}: ${reasonOf(error)}.`;
}

/** Why a file cannot be read, without its name. */
export function reasonOf(error: unknown): string {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? code;
}
