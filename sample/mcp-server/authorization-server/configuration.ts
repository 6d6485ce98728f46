import { generateKeyPairSync } from 'node:crypto';
import { type Configuration, errors } from 'oidc-provider';
import type { Settings } from '../settings.js';

const SCOPES = ['notes:read', 'notes:write'];

/**
 * Configures the authorization server: clients register themselves, users log in on its pages, and tokens are JWTs for one resource.
 * FOR DEMONSTRATION ONLY: its pages accept every name with every password.
 */
export function configurationOf({ resource }: Settings): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] } as Configuration['jwks'],
    scopes: SCOPES,
    ttl: { AccessToken: 600, Grant: 3600, Interaction: 600, Session: 3600 },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience) => {
          if (audience !== resource) throw new errors.InvalidTarget();
          return { audience, scope: SCOPES.join(' '), accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
        },
      },
    },
    // A client registers with the scopes of its first login. They must not limit its later logins, which request more.
    extraClientMetadata: {
      properties: ['unlimited_scope'],
      validator: (_context, _name, _value, metadata) => {
        delete metadata.scope;
      },
    },
  };
}
