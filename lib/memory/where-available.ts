import { AuthUnavailableError, isA } from '../errors.js';

/** The result of `work`, or `fallback` where that fails with an {@link AuthUnavailableError}. Any other error stays as it is. */
export async function whereAvailable<T>(work: () => Promise<T>, fallback: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isA(error, AuthUnavailableError)) return fallback;
    throw error;
  }
}
