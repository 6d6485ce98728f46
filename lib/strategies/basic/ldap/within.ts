import { withinTime } from '../../../outgoing/within-time.js';
import { DirectoryTimeoutError } from './directory-down.error.js';

/**
 * Waits for `work`, but no longer than `seconds`: then `giveUp` is called, and the outcome of the work is ignored.
 *
 * @throws DirectoryTimeoutError after that time.
 */
export function within<T>(seconds: number, what: string, work: Promise<T>, giveUp: () => void): Promise<T> {
  return withinTime(
    seconds,
    () => work,
    () => {
      giveUp();
      throw new DirectoryTimeoutError(`${what} took more than ${seconds} s.`);
    },
  );
}
