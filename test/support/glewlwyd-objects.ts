import { generateKeyPairSync, randomUUID } from 'node:crypto';

/** The algorithms that the server can sign with and Node can make keys for. */
export const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** The client that introspects, and its secret: the server does not decode it, so that a percent escape would be wrong. */
export const SHOP = { clientId: 'RS256', clientSecret: 'of-the_tests.1~' } as const;

/** The name of the part that issues tokens. */
export const PLUGIN = 'oidc';
const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
/** The name in the certificate of the client that authenticates with one. */
export const CERTIFICATE_NAME = 'bound.clients.example';

/** A private key as JWK. */
export type SigningKey = { readonly kid: string; readonly alg: Algorithm };

/** Makes a signing key for each algorithm. */
export function createKeys(): readonly SigningKey[] {
  return ALGORITHMS.map((alg) => ({ ...createKey(alg).privateKey.export({ format: 'jwk' }), alg, kid: `${alg}-${randomUUID()}` }));
}

function createKey(algorithm: Algorithm) {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  const namedCurve = CURVES[algorithm];
  return namedCurve === undefined ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve });
}

/** The client whose tokens are signed with an algorithm. */
export function clientOf(algorithm: Algorithm, keys: readonly SigningKey[]): object {
  return {
    client_id: algorithm,
    name: algorithm,
    confidential: true,
    client_secret: SHOP.clientSecret,
    authorization_type: ['client_credentials'],
    token_endpoint_auth_method: ['client_secret_basic'],
    scope: ['orders'],
    enabled: true,
    sign_kid: keys.find(({ alg }) => alg === algorithm)?.kid,
  };
}

/** The client that authenticates with a certificate. */
export function certificateClient(): object {
  return {
    client_id: 'bound',
    name: 'bound',
    confidential: true,
    authorization_type: ['client_credentials'],
    token_endpoint_auth_method: ['tls_client_auth'],
    tls_client_auth_san_dns: CERTIFICATE_NAME,
    scope: ['orders'],
    enabled: true,
  };
}

/** The part of the server that issues tokens. */
export function pluginOf(iss: string, lifetime: number, keys: readonly SigningKey[]): object {
  const parameters = {
    iss,
    'subject-type': 'public',
    'jwks-private': JSON.stringify({ keys }),
    'default-kid': keys[0]?.kid,
    'client-sign_kid-parameter': 'sign_kid',
    'access-token-duration': lifetime,
    'refresh-token-duration': 1_209_600,
    'code-duration': 600,
    'refresh-token-rolling': true,
    'allow-non-oidc': true,
    'auth-type-client-enabled': true,
    'auth-type-password-enabled': false,
    'auth-type-code-enabled': true,
    'auth-type-token-enabled': false,
    'auth-type-refresh-enabled': true,
    'jwks-show': true,
    'introspection-revocation-allowed': true,
    'introspection-revocation-allow-target-client': true,
    'introspection-revocation-auth-scope': [],
    'oauth-dpop-allowed': true,
    'oauth-dpop-iat-duration': 60,
    'client-cert-source': 'TLS',
    'client-cert-use-endpoint-aliases': false,
  };
  return { module: 'oidc', name: PLUGIN, display_name: PLUGIN, parameters };
}
