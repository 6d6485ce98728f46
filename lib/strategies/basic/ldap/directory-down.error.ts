import { AuthUnavailableError } from '../../../errors.js';

/** The directory cannot be reached, or a connection to it was lost: every login fails, for all users. */
export class DirectoryDownError extends AuthUnavailableError {}

/** The directory did not answer in time. */
export class DirectoryTimeoutError extends DirectoryDownError {
  /** @param what - what took longer than `seconds`. */
  constructor(what: string, seconds: number) {
    super(`${what} took more than ${seconds} s.`);
  }
}
