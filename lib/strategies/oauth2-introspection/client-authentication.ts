import type { Signer } from '../../oauth/direct-authentication.js';

/** Says to the introspection endpoint who asks. */
export interface ClientAuthentication {
  /** Adds what says it to a request. */
  readonly sign: Signer;
  /** Forgets a credential that the endpoint refused; only there where a new one can be had, so that it is worth asking again. */
  renew?(refused: Headers): void;
  /** Lets go of connections. */
  close?(): Promise<void>;
}

/** Says nothing: custom header fields, or the network, must do. */
export const NO_AUTHENTICATION: ClientAuthentication = { sign: () => {} };
