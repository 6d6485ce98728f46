import type { AuthModuleOptions } from 'nest-service-auth';

/** Servers whose certificates are of an unknown CA. */
export interface NoVerificationTrial {
  /** The URL of an https: server, for Node's own client. */
  readonly server: string;
  readonly schemes: NonNullable<AuthModuleOptions['schemes']>;
}

/** What came of the connections. */
export interface NoVerificationReport {
  /** The status that Node's own client was answered. */
  readonly node: number;
  /** For each scheme, what was logged when a credential was checked; `admitted` where it was admitted. */
  readonly outcomes: Readonly<Record<string, string>>;
}
