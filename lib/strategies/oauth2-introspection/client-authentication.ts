import type { Signer } from '../../oauth/direct-authentication.js';

/** Authenticates this application at the introspection endpoint. */
export interface ClientAuthentication {
  /** Adds the credentials to a request. */
  readonly sign: Signer;
  /** Forgets a credential that the endpoint refused. Present only if a new one can be obtained, so that a second request makes sense. */
  renew?(refused: Headers): void;
  /** Lets go of connections. */
  close?(): Promise<void>;
}

/** No authentication: the endpoint relies on custom header fields or on the network. */
export const NO_AUTHENTICATION: ClientAuthentication = { sign: () => {} };
