import { importByName } from '../config/load-by-name.js';

/** The class of the exceptions of an optional package of Nest. */
export type ExceptionClass = new (error: string | object) => Error;

/**
 * Loads something of an optional package, such as the exception that a transport makes answers from; undefined where the package is not
 * installed or does not have it.
 *
 * @typeParam T - what it is.
 */
export async function loadExport<T>(from: string, name: string): Promise<T | undefined> {
  const { [name]: found } = (await importByName(from).catch(() => ({}))) as Readonly<Record<string, T | undefined>>;
  return found;
}
