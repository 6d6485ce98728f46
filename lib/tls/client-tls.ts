import { createSecureContext, type SecureContext } from 'node:tls';
import { fieldError, textOf } from '../errors.js';
import { loadKeyMaterial, loadTrust } from './key-material.js';
import type { ClientSecureSocket } from './secure-socket.config.js';

/** The TLS side of an outgoing connection, as `tls.connect()` takes it. */
export interface ClientTls {
  /** The keys and the certificates to trust. */
  readonly secureContext: SecureContext;
  /** Whether the server's certificate and name are verified. */
  readonly rejectUnauthorized: boolean;
}

/**
 * Loads the keys and certificates of an outgoing connection, once.
 *
 * @throws AuthConfigurationError with paths relative to the secure socket, naming the file.
 */
export function loadClientTls({ cert, key, disable = false }: ClientSecureSocket = {}): ClientTls {
  const trust = cert === undefined ? {} : { ca: [...loadTrust(cert, 'cert')] };
  const own = key === undefined ? {} : loadKeyMaterial(key, 'key');
  // A trusted certificate need not be that of a CA, and its issuer need not be known.
  const options = { ...trust, ...own, allowPartialTrustChain: true };
  try {
    // Always set, so that NODE_TLS_REJECT_UNAUTHORIZED has no effect.
    return { secureContext: createSecureContext(options), rejectUnauthorized: !disable };
  } catch (error) {
    throw fieldError(key === undefined ? 'cert' : 'key', `cannot be used for TLS: ${textOf(error)}`, error);
  }
}
