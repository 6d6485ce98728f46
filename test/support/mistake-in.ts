import { AuthConfigurationError } from '../../lib/errors.js';

/** The words of the mistake that some work reports. */
export function mistakeIn(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(AuthConfigurationError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}
