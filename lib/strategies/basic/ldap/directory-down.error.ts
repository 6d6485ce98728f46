import { AuthUnavailableError } from '../../../errors.js';

/** The directory cannot be reached, or a connection to it was lost: what every login would meet, whoever it is for. */
export class DirectoryDownError extends AuthUnavailableError {}

/** The directory did not answer in time. */
export class DirectoryTimeoutError extends DirectoryDownError {
  /** @param what - what took longer than `seconds`. */
  constructor(what: string, seconds: number) {
    super(`${what} took more than ${seconds} s.`);
  }
}
