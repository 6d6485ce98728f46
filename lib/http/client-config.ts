/** A certificate and its private key: PEM files (or the PEM text itself), or one PKCS#12 file. Paths are relative to the working directory. */
export type KeyConfig =
  | { readonly certFile: string; readonly keyFile: string; readonly keyPassword?: string }
  | { readonly path: string; readonly password: string };

/** TLS of an outgoing connection. */
export interface ClientSecureSocket {
  /** The CAs to trust instead of the system's, or the one certificate to expect: a PEM file or the PEM text; or a PKCS#12 trust store. */
  readonly cert?: string | { readonly path: string; readonly password: string };
  /** The client certificate to present. */
  readonly key?: KeyConfig;
  /**
   * Turns the verification of the server's certificate off: never in production.
   * @defaultValue false
   */
  readonly disable?: boolean;
}

/** How to reach an endpoint of somebody else's. */
export interface ClientConfig {
  /** Header fields to send with every request. */
  readonly customHeaders?: Readonly<Record<string, string>>;
  /** TLS; the default trusts the system's CAs. */
  readonly secureSocket?: ClientSecureSocket;
  /**
   * Seconds that a whole exchange may take, from connecting to the last octet of the answer.
   * @defaultValue 5
   */
  readonly timeout?: number;
  /**
   * Accepts `http:` URLs that do not lead to this machine itself.
   * @defaultValue false
   */
  readonly allowHttp?: boolean;
  /** Accepted so that a Ballerina configuration can be carried over, and ignored: HTTP/1.1 is spoken. */
  readonly httpVersion?: string;
}
