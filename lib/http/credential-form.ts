/** How clients send credentials, for a description of the API such as OpenAPI. */
export type CredentialForm =
  | {
      /** In the `Authorization` header field. */
      readonly kind: 'authorization';
      /** The authentication scheme: `bearer`, `basic`. */
      readonly scheme: string;
      /** The format of a bearer token, where it is known: `JWT`. */
      readonly format?: string;
    }
  | {
      /** As the value of a header field, or of a cookie. */
      readonly kind: 'header' | 'cookie';
      /** The name of the header field, or of the cookie. */
      readonly name: string;
    }
  | {
      /** As a client certificate of the TLS connection. */
      readonly kind: 'certificate';
    };
