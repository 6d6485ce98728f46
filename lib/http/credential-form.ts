import type { Challenge } from './challenge.js';

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

/** What says how clients send credentials: an authenticator. */
interface Asking {
  readonly credentials?: readonly CredentialForm[];
  readonly challenges: readonly Challenge[];
}

/**
 * How clients send the credentials that something asks for. One that does not say so has challenges that do; empty where it has none, and may
 * look at something else than credentials.
 */
export function formsOf({ credentials, challenges }: Asking): readonly CredentialForm[] {
  if (credentials !== undefined && credentials.length > 0) return credentials;
  return challenges.map(({ scheme }) =>
    scheme === 'ClientCertificate' ? { kind: 'certificate' } : { kind: 'authorization', scheme: scheme.toLowerCase() },
  );
}
