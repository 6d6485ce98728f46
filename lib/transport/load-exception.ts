import { importByName } from '../config/load-by-name.js';

/** The class of the exceptions of an optional package of Nest. */
export type ExceptionClass = new (error: string | object) => Error;

/** Loads the exception that a transport makes answers from; undefined where its package is not installed. */
export async function loadException(from: string, name: string): Promise<ExceptionClass | undefined> {
  const { [name]: found } = (await importByName(from).catch(() => ({}))) as Readonly<Record<string, ExceptionClass | undefined>>;
  return found;
}
