import { PASSWORD_POLICY } from './password-policy.js';

const UNKNOWN =
  'the directory does not show which controls it supports (supportedControl of its root entry), so that users who must change their ' +
  'password may be admitted. Let the account that searches read the root entry.';

/** Who asks a directory what it supports. */
export type Asker = 'anonymous' | 'account';

/** What is known of the abilities of one directory; all connections to it share this. */
export class DirectoryFeatures {
  private readonly asked = new Set<Asker>();
  private policy: boolean | undefined;

  /** @param warn - writes one line for the operator. */
  constructor(private readonly warn: (message: string) => void) {}

  /** Whether `asker` can learn nothing by asking: the directory has answered, or has shown nothing to the same kind of asker before. */
  areKnownTo(asker: Asker): boolean {
    return this.policy !== undefined || this.asked.has(asker);
  }

  /** Whether the directory has a password policy to ask for. A request for it confuses servers that do not know it. */
  get hasPasswordPolicy(): boolean {
    return this.policy ?? false;
  }

  /** Takes down what the directory has shown to `asker`: the values of `supportedControl`, or nothing. */
  learn(asker: Asker, supportedControl: unknown): void {
    if (this.areKnownTo(asker)) return;
    const shown = [supportedControl].flat().filter((each) => typeof each === 'string');
    this.asked.add(asker);
    if (shown.length > 0) this.policy = shown.includes(PASSWORD_POLICY);
    else if (asker === 'account') this.warn(UNKNOWN);
  }
}
