import { relative } from 'node:path';

/** Makes the paths of files relative to the working directory, so that the printed command lines are shorter. */
export function nearby<T extends object>(files: T): T {
  const shorten = (value: unknown): unknown => {
    if (typeof value === 'string') return relative(process.cwd(), value);
    return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, shorten(inner)]));
  };
  return shorten(files) as T;
}
