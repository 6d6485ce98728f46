import { DirectoryTimeoutError } from './directory-down.error.js';

/**
 * Waits for `work`, but no longer than `seconds`: then `giveUp` is called, and what becomes of the work does not matter any more.
 *
 * @throws DirectoryTimeoutError when the time is over.
 */
export async function within<T>(seconds: number, what: string, work: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DirectoryTimeoutError(`${what} took more than ${seconds} s.`));
      giveUp();
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
