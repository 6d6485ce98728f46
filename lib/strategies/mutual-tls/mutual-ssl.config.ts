/** The part of a certificate that names the caller. */
export type UsernameSource = 'CN' | 'SAN:dns' | 'SAN:uri' | 'SAN:email' | 'subject';

/** A product whose header fields are known: it writes `X-SSL-Client-Cert` and `X-SSL-Client-Verify` as the docs have it. */
export type ForwardedPreset = 'nginx' | 'haproxy';

/** How a proxy hands on the client certificate of the connection that it ended. */
export interface ForwardedCertificateConfig {
  /** The header field with the certificate. The proxy must overwrite the one that a client sends. */
  readonly header: 'client-cert' | 'x-forwarded-client-cert' | (string & {});
  /**
   * How the certificate is written: as RFC 9440 has it, as Envoy's `X-Forwarded-Client-Cert`, as PEM in one line, URL-encoded as nginx's
   * `$ssl_client_escaped_cert` is, or as DER in Base64.
   * @defaultValue `'rfc9440'` for `client-cert`, `'xfcc'` for `x-forwarded-client-cert`, `'pem'` for others
   */
  readonly format?: 'rfc9440' | 'xfcc' | 'pem' | 'der-base64';
  /**
   * The header field with what the proxy found. Where it is configured, a certificate without it is refused. Where it is not,
   * `x-ssl-client-verify` counts if it is there.
   */
  readonly verifyHeader?: string;
  /**
   * What the verify header says of a certificate that the proxy verified, to the letter: anything else refuses.
   * @defaultValue ['SUCCESS']
   */
  readonly verified?: readonly string[];
}

/** Which certificates a mapping is about, and what it grants to whoever comes with one. */
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
  readonly forwarded?: ForwardedPreset | ForwardedCertificateConfig;
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
