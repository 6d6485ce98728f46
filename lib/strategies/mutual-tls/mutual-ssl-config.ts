import * as z from 'zod';
import { fields, optional, text, textOrTexts } from '../../config/schema.js';
import { isHeaderName } from '../../http/header-field.js';

/** The part of a certificate that names the caller. */
export type UsernameSource = 'CN' | 'SAN:dns' | 'SAN:uri' | 'SAN:email' | 'subject';

/** How a proxy hands on the client certificate of the connection that it ended. */
export interface ForwardedCertificateConfig {
  /**
   * The header field with the certificate: `client-cert` (RFC 9440), `x-forwarded-client-cert` (Envoy), or the name of one that holds it as PEM in one
   * line, URL-encoded as nginx's `$ssl_client_escaped_cert` is. The proxy must overwrite the one that a client sends.
   */
  readonly header: 'client-cert' | 'x-forwarded-client-cert' | (string & {});
  /**
   * The header field with what the proxy found, where it sends one: anything but `SUCCESS` refuses.
   * @defaultValue 'x-ssl-client-verify'
   */
  readonly verifyHeader?: string;
}

/** How a verified client certificate becomes a principal. Who may connect with one at all is the listener's `secureSocket()` to say. */
export interface MutualSslConfig {
  /**
   * The part of the certificate that is the user name. There must be exactly one of its kind.
   * @defaultValue 'CN'
   */
  readonly usernameFrom?: UsernameSource;
  /**
   * Whose certificates count, of all those that the listener lets in: the issuer's whole name as RFC 4514 writes it (`CN=RootCA,O=WSO2,C=LK`, as
   * `openssl x509 -nameopt RFC2253` prints it), or the SHA-256 fingerprint of the issuing CA's certificate. Any issuer counts unless given.
   */
  readonly trustedIssuer?: string | readonly string[];
  /** Takes the certificate from a header field on connections from `trustedProxies`; on others the header is not looked at. */
  readonly forwarded?: ForwardedCertificateConfig;
}

declare module '../strategy.js' {
  interface AuthSchemeConfigs {
    /** Authentication by the client certificate of the TLS connection. */
    mutualSslConfig: MutualSslConfig;
  }
}

const headerName = text.refine(isHeaderName, 'is not the name of a header field');

/** The schema of a {@link MutualSslConfig}. */
export const mutualSslConfig = fields({
  usernameFrom: optional(z.enum(['CN', 'SAN:dns', 'SAN:uri', 'SAN:email', 'subject'])),
  trustedIssuer: optional(textOrTexts),
  forwarded: optional(fields({ header: headerName, verifyHeader: optional(headerName) })),
}) satisfies z.ZodType<MutualSslConfig>;
