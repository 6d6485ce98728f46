import type { CredentialsConfig } from './auth-client.config.js';

/** Says to a service who calls. */
export interface Credential {
  /** Whether it speaks for the caller of an incoming request, whose token it needs. */
  readonly ofCaller: boolean;
  /** Whether it writes the `Authorization` field. */
  readonly authorizes: boolean;
  /** The value of the `Authorization` field; undefined for none. */
  authorization(callerToken: string | undefined): string | undefined | Promise<string>;
  /**
   * Says that the service refused the value; only there where another one can be had.
   *
   * @returns whether it is worth asking again.
   */
  refuse?(authorization: string, callerToken: string | undefined): boolean;
  /** Lets go of connections and tokens. */
  close?(): Promise<void>;
}

/** Says nothing: the certificate of the connection must do. */
export const NO_CREDENTIAL: Credential = { ofCaller: false, authorizes: false, authorization: () => undefined };

/** Says the same with every request. */
export function fixedCredential(authorization: string): Credential {
  return { ofCaller: false, authorizes: true, authorization: () => authorization };
}

/** The value of the field for HTTP Basic, in UTF-8. @see RFC 7617 §2 */
export function basicAuthorization({ username, password }: CredentialsConfig): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
