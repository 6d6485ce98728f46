import type { Pkcs12File } from './pkcs12.js';

/** A certificate and its private key: PEM files (or the PEM text itself), or one PKCS#12 file. Paths are relative to the working directory. */
export type KeyConfig =
  | {
      /** The certificate and its intermediates: a PEM file, or the PEM itself. */
      readonly certFile: string;
      /** The private key: a PEM file, or the PEM itself. */
      readonly keyFile: string;
      /** The password of an encrypted key. */
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

/** Whether the connection of a client without a certificate that can be verified is refused, or left to the routes. */
export type VerifyClient = 'REQUIRE' | 'OPTIONAL';

/** A version of TLS that a listener may use. Older ones are not supported. @see RFC 8996 */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** How a listener requests certificates from its clients. */
export interface ListenerMutualSsl {
  /**
   * Whether a connection needs a certificate that can be verified.
   * @defaultValue 'REQUIRE'
   */
  readonly verifyClient?: VerifyClient;
  /**
   * The trusted CAs, and trusted self-signed certificates: a PEM file or the PEM text, several in one where
   * wanted; or a PKCS#12 trust store. Chains must be complete, up to a self-signed certificate.
   */
  readonly cert: string | Pkcs12File;
  /**
   * Certificates that were revoked: a PEM file or the PEM text. Once there is a list, every CA of a client's chain needs one, and with an
   * expired list no client is accepted.
   * @see RFC 5280 §5
   */
  readonly crl?: string;
}

/** The TLS of a listener: Ballerina's `ListenerSecureSocket`. Paths are relative to the working directory. */
export interface SecureSocketConfig {
  /** The listener's certificate and private key. */
  readonly key: KeyConfig;
  /** Requests certificates from clients. */
  readonly mutualSsl?: ListenerMutualSsl;
  /** The versions of TLS; both by default. */
  readonly protocol?: {
    /** Accepted for Ballerina configurations. */
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
