import type { CredentialsConfig } from './auth-client.config.js';
import type { DpopKey } from './dpop-key.js';

/** Authenticates a client to a service. */
export interface Credential {
  /** Whether it represents the caller of an incoming request, whose token it needs. */
  readonly ofCaller: boolean;
  /** Whether it writes the `Authorization` field. */
  readonly authorizes: boolean;
  /** The value of the `Authorization` field; undefined for none. */
  authorization(callerToken: string | undefined): string | undefined | Promise<string>;
  /**
   * Reports that the service refused the value. Only present where a new one can be obtained.
   *
   * @returns whether another attempt may succeed.
   */
  refuse?(authorization: string, callerToken: string | undefined): boolean;
  /** The key that its tokens are bound to; undefined for others. */
  readonly dpop?: DpopKey | undefined;
  /** Closes connections and forgets tokens. */
  close?(): Promise<void>;
}

/** Sends no credentials: the certificate of the connection may authenticate the client. */
export const NO_CREDENTIAL: Credential = { ofCaller: false, authorizes: false, authorization: () => undefined };

/** Sends the same value with every request. */
export function fixedCredential(authorization: string): Credential {
  return { ofCaller: false, authorizes: true, authorization: () => authorization };
}

/** The value of the field for HTTP Basic, in UTF-8. @see RFC 7617 §2 */
export function basicAuthorization({ username, password }: CredentialsConfig): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
