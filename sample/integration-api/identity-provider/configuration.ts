import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { exportJWK } from 'jose';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { SigningKey } from '../../support/keys/signing-key.js';
import type { Settings } from '../settings.js';
import { CLIENTS, INTROSPECTING_CLIENT } from './clients.js';
import { resourcesOf } from './resources.js';

/** Configures how the identity provider issues tokens to programs and answers introspection. */
export async function configurationOf(settings: Settings, { privateKey, publicJwk }: SigningKey): Promise<Configuration> {
  const resources = resourcesOf(settings);
  return {
    clients: CLIENTS,
    jwks: { keys: [{ ...publicJwk, ...(await exportJWK(privateKey)) }] } as Configuration['jwks'],
    scopes: ['read', 'write', 'audit', 'admin', 'pay', 'quote'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_context, client) => client.clientId === INTROSPECTING_CLIENT },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      resourceIndicators: { enabled: true, getResourceServerInfo: (_context, resource) => resources(resource) },
      mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate: certificateOf },
    },
    formats: { customizers: { jwt: nameScopes } },
  };
}

type JwtCustomizer = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>;

/** The claim `scp`, a list, by which Microsoft and Okta name the scopes of a token. */
const nameScopes: JwtCustomizer = (_context, _token, parts) => {
  const { scope, ...payload } = parts.payload;
  parts.payload = { ...payload, scp: String(scope).split(' ') };
};

/** The certificate of the client, if the CA of the demo has issued it. */
function certificateOf({ socket }: KoaContextWithOIDC): X509Certificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { raw } = socket.getPeerCertificate();
  return raw === undefined ? undefined : new X509Certificate(raw);
}
