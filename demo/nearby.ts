import { relative } from 'node:path';

/** The same files by paths that are relative to the working directory: the command lines that are shown get shorter. */
export function nearby<T extends object>(files: T): T {
  const shorten = (value: unknown): unknown => {
    if (typeof value === 'string') return relative(process.cwd(), value);
    return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, shorten(inner)]));
  };
  return shorten(files) as T;
}
