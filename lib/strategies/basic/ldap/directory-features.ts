import { PASSWORD_POLICY } from './password-policy.js';

/** How often a directory is asked what it supports: by nobody, and by the service account. */
const MOST_LOOKS = 2;
const UNKNOWN =
  'the directory does not show which controls it supports (supportedControl of its root entry), so that users who must change their ' +
  'password may get in. Let the service account read the root entry.';

/** What is known of the abilities of one directory; all connections to it share this. */
export class DirectoryFeatures {
  private looks = 0;
  private policy: boolean | undefined;

  /** @param warn - writes one line for the operator. */
  constructor(private readonly warn: (message: string) => void) {}

  /** Whether there is no point in asking (again). */
  get areKnown(): boolean {
    return this.policy !== undefined || this.looks >= MOST_LOOKS;
  }

  /** Whether the directory has a password policy to ask for. A request for it confuses servers that do not know it. */
  get hasPasswordPolicy(): boolean {
    return this.policy ?? false;
  }

  /** Takes down what the directory has shown: the values of `supportedControl`, or nothing. */
  learn(supportedControl: unknown): void {
    const shown = [supportedControl].flat().filter((each) => typeof each === 'string');
    if (shown.length > 0) this.policy = shown.includes(PASSWORD_POLICY);
    else if (++this.looks === MOST_LOOKS) this.warn(UNKNOWN);
  }
}
