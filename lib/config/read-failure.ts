import { isAbsolute } from 'node:path';

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
