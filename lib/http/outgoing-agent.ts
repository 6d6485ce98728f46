import { Agent } from 'undici';
import { AuthConfigurationError } from '../errors.js';
import type { ClientConfig } from './client-config.js';
import { loadClientTls } from './client-tls.js';

/** The timeout of a whole exchange in seconds, unless the config says otherwise. */
export const DEFAULT_TIMEOUT = 5;

/** Connections to one origin at a time: further requests wait for one, within their timeout. */
const MAX_CONNECTIONS = 64;

/**
 * Makes the connections of one config: HTTP/1.1, kept alive. Proxy settings of the environment are not looked at, and the time of an exchange
 * is the caller's to bound.
 *
 * @throws AuthConfigurationError with paths relative to the config, for TLS files that cannot be used.
 */
export function createOutgoingAgent(config: ClientConfig): Agent {
  return new Agent({
    allowH2: false,
    connections: MAX_CONNECTIONS,
    // A new connection verifies the server anew: no session of an earlier one stands in for its certificate.
    connect: { ...tlsOf(config), timeout: (config.timeout ?? DEFAULT_TIMEOUT) * 1000, maxCachedSessions: 0 },
    // The deadline of the exchange stands in for undici's own timeouts.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function tlsOf({ secureSocket }: ClientConfig) {
  try {
    return loadClientTls(secureSocket);
  } catch (error) {
    throw error instanceof AuthConfigurationError ? error.within('secureSocket') : error;
  }
}
