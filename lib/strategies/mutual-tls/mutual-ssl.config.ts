import type { ForwardedPreset } from '../../http/forwarded-presets.js';

/** The part of a certificate that names the caller. */
export type UsernameSource = 'CN' | 'SAN:dns' | 'SAN:uri' | 'SAN:email' | 'subject';

/** What can be said beside a preset, and beside header fields that are written out. */
export interface ForwardedVerificationConfig {
  /**
   * The CAs of the clients: a PEM file or its text, or several of them. With `ca` this module verifies the chain of each certificate,
   * also where the proxy verified it. It is required where the proxy verifies nothing. Read at boot; revocation is not checked.
   */
  readonly ca?: string | readonly string[];
  /**
   * Which element counts where the header field has several, because several proxies added one: the first one, or the last one, which is that
   * of the proxy in front of this application. Without it several elements are refused.
   */
  readonly hop?: 'first' | 'last';
  /**
   * The words of the verify header for a certificate that the proxy verified. They are compared exactly; any other word refuses the certificate.
   * @defaultValue the preset's words; `['SUCCESS']` where the header fields are written out
   */
  readonly verified?: readonly string[];
}

/** The header fields of a product, and how they differ from its preset. */
export interface ForwardedPresetConfig extends ForwardedVerificationConfig {
  /** The product. */
  readonly preset: ForwardedPreset;
}

/** The header fields in which a proxy forwards the client certificate of the connection that it terminated. */
export interface ForwardedCertificateConfig extends ForwardedVerificationConfig {
  /** The header field with the certificate. The proxy must overwrite the one that a client sends. */
  readonly header: 'client-cert' | 'x-forwarded-client-cert' | (string & {});
  /**
   * How the certificate is written: as in RFC 9440, as in Envoy's `X-Forwarded-Client-Cert`, as PEM in one line, URL-encoded as in nginx's
   * `$ssl_client_escaped_cert`, or as DER in Base64.
   * @defaultValue for well-known names only: that of the product; required for other names
   */
  readonly format?: 'rfc9440' | 'xfcc' | 'pem' | 'der-base64';
  /**
   * The header field with the result of the proxy's verification. Where it is configured, a certificate without it is refused. Where it is not,
   * `x-ssl-client-verify` is checked if it is present.
   */
  readonly verifyHeader?: string;
}

/** Which certificates a mapping applies to, and what it grants to their holders. */
export interface CertificateMapping {
  /** Who issued the certificate: the issuer's whole name as RFC 4514 writes it, or the SHA-256 fingerprint of the issuing CA's certificate. */
  readonly trustedIssuer: string;
  /**
   * The SHA-256 thumbprint of the certificate, with or without colons; `'*'` for every certificate of the issuer. A mapping for the very
   * thumbprint comes before one for `'*'`.
   */
  readonly certThumbprint: '*' | (string & {});
  /** The roles that the caller gets. */
  readonly roles?: readonly string[];
  /** The scopes that the caller gets. */
  readonly scopes?: readonly string[];
}

/** The users that the holder of a certificate may speak for, by naming one of them in the user header. */
export interface UserMapping extends CertificateMapping {
  /** The user names, to the letter; `['*']` for any. */
  readonly allowedUsernames: readonly string[];
}

/** The user that the holder of a certificate is where no user header came. */
export interface SystemMapping extends CertificateMapping {
  /** The user name; `'*'` for the one that the certificate itself names, by `usernameFrom`. */
  readonly allowedSystemUser: '*' | (string & {});
}

/** Callers that the certificate itself names, provided that a CA of a certain common name issued it. */
export interface IntermediateCertValidation {
  /** The common names of the issuers that count. Two CAs may have one common name: pin the issuer with `trustedIssuer` too. */
  readonly certCNs: readonly string[];
  /**
   * Where this does not hold and the mappings do: beginnings of paths by whole segments, in any case. `scim2` is `/scim2` and all below it.
   * @defaultValue []
   */
  readonly exemptContexts?: readonly string[];
}

/** How a verified client certificate becomes a principal. The listener's `secureSocket()` decides which clients may connect with one. */
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
  readonly forwarded?: ForwardedPreset | ForwardedPresetConfig | ForwardedCertificateConfig;
  /** Names the caller by the subject's common name (`user`, `STORE/user`, `user@tenant`), for issuers of certain common names only. */
  readonly intermediateCertValidation?: IntermediateCertValidation;
  /** Who may speak for which users, for requests with a user header. */
  readonly userMappings?: readonly UserMapping[];
  /** Who is which user, for requests without a user header. */
  readonly systemMappings?: readonly SystemMapping[];
  /**
   * The header field that names the user that the caller speaks for. It is looked at only where mappings are configured.
   * @defaultValue 'WSO2-Identity-User'
   */
  readonly userHeader?: string;
}

declare module '../strategy.js' {
  interface AuthSchemeConfigs {
    /** Authentication by the client certificate of the TLS connection. */
    mutualSslConfig: MutualSslConfig;
  }
}
