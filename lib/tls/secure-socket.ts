import { constants } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { parseConfig } from '../config/schema.js';
import { fieldError, textOf, within } from '../errors.js';
import { toOpenSslName } from './cipher-suites.js';
import { loadClientTrust } from './client-trust.js';
import { loadKeyMaterial } from './key-material.js';
import type { ReadFile } from './pem.js';
import type { SecureSocketConfig, TlsVersion } from './secure-socket.config.js';
import { secureSocketSchema } from './secure-socket.schema.js';

/** The part of `node:https` server options that {@link secureSocket} writes; a user may spread more beside it. */
export interface SecureServerOptions {
  /** The private key, PEM. */
  readonly key: string;
  /** The certificate chain, PEM. */
  readonly cert: string;
  /** The certificates to trust, PEM. */
  readonly ca?: string[];
  /** Revocation lists, PEM. */
  readonly crl?: string[];
  /** Whether clients are requested to present a certificate. */
  readonly requestCert?: boolean;
  /** Whether a client without a valid certificate is rejected in the handshake. */
  readonly rejectUnauthorized?: boolean;
  /** The oldest version of TLS. */
  readonly minVersion: TlsVersion;
  /** The newest version of TLS. */
  readonly maxVersion: TlsVersion;
  /** The cipher suites by OpenSSL's names, separated by colons. */
  readonly ciphers?: string;
  /** Whether the server's order of cipher suites is used rather than the client's. */
  readonly honorCipherOrder: boolean;
  /** OpenSSL's option bits: no renegotiation, and no session tickets where client certificates are requested. */
  readonly secureOptions: number;
  /** Seconds for which a TLS session may be resumed. */
  readonly sessionTimeout?: number;
  /** Milliseconds. */
  readonly handshakeTimeout?: number;
}

/**
 * The `node:https` options of a listener, for `NestFactory.create(AppModule, { httpsOptions })` and `new FastifyAdapter({ https })`.
 * Reads its files at once. TLS 1.2 is the oldest version, and renegotiation is off. Where client certificates are requested, TLS sessions
 * are not resumed: Node would call a client that never showed a certificate `authorized` when it resumes a TLS 1.3 session.
 *
 * @example
 * ```ts
 * const httpsOptions = secureSocket({
 *   key: { certFile: 'server.pem', keyFile: 'server.key' },
 *   mutualSsl: { verifyClient: 'REQUIRE', cert: 'client-ca.pem' },
 * });
 * const app = await NestFactory.create(AppModule, { httpsOptions });
 * ```
 * @throws AuthConfigurationError naming every field that is wrong, and the file.
 */
export function secureSocket(config: SecureSocketConfig): SecureServerOptions {
  return secureSocketFrom(config);
}

/**
 * The same from files that were read already.
 *
 * @param read - returns the content of a file.
 * @throws AuthConfigurationError as {@link secureSocket} does.
 */
export function secureSocketFrom(config: SecureSocketConfig, read?: ReadFile): SecureServerOptions {
  return within('secureSocket', () => toServerOptions(parseConfig(secureSocketSchema, config), read));
}

function toServerOptions(config: SecureSocketConfig, read: ReadFile | undefined): SecureServerOptions {
  const { sessionTimeout, handshakeTimeout, ciphers } = config;
  const options: SecureServerOptions = {
    ...loadKeyMaterial(config.key, 'key', read),
    ...clientAuthentication(config, read),
    ...versionsOf(config),
    ...(ciphers !== undefined && { ciphers: ciphers.map(toOpenSslName).join(':') }),
    honorCipherOrder: true,
    secureOptions: secureOptionsOf(config),
    ...(sessionTimeout !== undefined && { sessionTimeout: Math.ceil(sessionTimeout) }),
    ...(handshakeTimeout !== undefined && { handshakeTimeout: handshakeTimeout * 1000 }),
  };
  tryOut(options);
  return options;
}

function clientAuthentication({ mutualSsl }: SecureSocketConfig, read: ReadFile | undefined) {
  if (mutualSsl === undefined) return {};
  return { ...loadClientTrust(mutualSsl, read), requestCert: true, rejectUnauthorized: mutualSsl.verifyClient !== 'OPTIONAL' };
}

function versionsOf({ protocol }: SecureSocketConfig): { minVersion: TlsVersion; maxVersion: TlsVersion } {
  const versions = protocol?.versions ?? ['TLSv1.2', 'TLSv1.3'];
  return {
    minVersion: versions.includes('TLSv1.2') ? 'TLSv1.2' : 'TLSv1.3',
    maxVersion: versions.includes('TLSv1.3') ? 'TLSv1.3' : 'TLSv1.2',
  };
}

/** Node keeps no sessions by itself: without tickets there is nothing to resume. A renegotiation could show another certificate in the middle of a connection. */
function secureOptionsOf({ mutualSsl, shareSession = mutualSsl === undefined }: SecureSocketConfig): number {
  return constants.SSL_OP_NO_RENEGOTIATION | (shareSession ? 0 : constants.SSL_OP_NO_TICKET);
}

function tryOut(options: SecureServerOptions): void {
  try {
    createSecureContext(options);
  } catch (error) {
    const message = textOf(error);
    if (/CRL/.test(message)) throw fieldError('mutualSsl.crl', 'holds a revocation list that cannot be read.', error);
    throw fieldError('', `cannot be used for TLS: ${message}`, error);
  }
}
