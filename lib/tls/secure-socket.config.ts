import type { Pkcs12File } from './pkcs12.js';

/** A certificate and its private key: PEM files (or the PEM text itself), or one PKCS#12 file. Paths are relative to the working directory. */
export type KeyConfig =
  | {
      /** The certificate and what leads to its issuer: a PEM file, or the PEM itself. */
      readonly certFile: string;
      /** The private key: a PEM file, or the PEM itself. */
      readonly keyFile: string;
      /** What an encrypted key was encrypted with. */
      readonly keyPassword?: string;
    }
  | Pkcs12File;

/** TLS of an outgoing connection. */
export interface ClientSecureSocket {
  /**
   * The CAs to trust instead of the system's, or the one certificate to expect: a PEM file or the PEM text, several in one where wanted; or a
   * PKCS#12 trust store. The host's name is verified in any case.
   */
  readonly cert?: string | Pkcs12File;
  /** The client certificate to present. */
  readonly key?: KeyConfig;
  /**
   * Turns the verification of the server's certificate off: never in production.
   * @defaultValue false
   */
  readonly disable?: boolean;
}

/** What to do about a client that shows no certificate, or one that cannot be verified: refuse the connection, or leave it to the routes. */
export type VerifyClient = 'REQUIRE' | 'OPTIONAL';

/** A version of TLS that a listener may speak. Older ones are not spoken. @see RFC 8996 */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** How a listener asks its clients for certificates. */
export interface ListenerMutualSsl {
  /**
   * Whether a connection needs a certificate that can be verified.
   * @defaultValue 'REQUIRE'
   */
  readonly verifyClient?: VerifyClient;
  /**
   * The CAs whose certificates are good, and self-signed certificates that are good by themselves: a PEM file or the PEM text, several in one where
   * wanted; or a PKCS#12 trust store. Chains must be complete, up to a self-signed certificate.
   */
  readonly cert: string | Pkcs12File;
  /**
   * Certificates that were revoked: a PEM file or the PEM text. Once there is a list, every CA of a client's chain needs one, and one that has run out
   * refuses everybody.
   * @see RFC 5280 §5
   */
  readonly crl?: string;
}

/** The TLS of a listener: Ballerina's `ListenerSecureSocket`. Paths are relative to the working directory. */
export interface SecureSocketConfig {
  /** The listener's certificate and private key. */
  readonly key: KeyConfig;
  /** Asks clients for certificates. */
  readonly mutualSsl?: ListenerMutualSsl;
  /** The versions of TLS; both of them unless said otherwise. */
  readonly protocol?: {
    /** Accepted so that a Ballerina configuration can be carried over. */
    readonly name?: 'TLS';
    /** `TLSv1.2`, `TLSv1.3` or both. */
    readonly versions?: readonly TlsVersion[];
  };
  /** The cipher suites in the order of preference, by IANA's names or OpenSSL's; Node's own choice unless given. */
  readonly ciphers?: readonly string[];
  /**
   * Lets a client resume an earlier TLS session. Its certificate is not verified again then: neither whether it has expired nor whether it was revoked.
   * @defaultValue false with `mutualSsl`, otherwise true
   */
  readonly shareSession?: boolean;
  /**
   * Seconds for which a session may be resumed.
   * @defaultValue 300
   */
  readonly sessionTimeout?: number;
  /**
   * Seconds that a TLS handshake may take.
   * @defaultValue 120
   */
  readonly handshakeTimeout?: number;
}
