import type { Configuration } from 'oidc-provider';
import type { Settings } from '../settings.js';
import { findUser, SCOPES } from './accounts.js';
import { clientsOf, GATEWAY } from './clients.js';
import { TOKEN_EXCHANGE } from './grants/token-exchange.js';
import type { KeyRing } from './key-ring.js';
import { ISSUER, RESOURCES, requestedResource } from './resources.js';

/** Configures how the STS issues tokens and answers introspection. */
export function configurationOf(settings: Settings, keys: KeyRing): Configuration {
  return {
    clients: clientsOf(settings),
    jwks: { keys: [keys.signing] } as Configuration['jwks'],
    scopes: [...SCOPES],
    routes: { token: '/oauth2/token', jwks: '/oauth2/jwks', introspection: '/oauth2/introspect', revocation: '/oauth2/revoke' },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_context, client) => client.clientId === GATEWAY },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCES.orders,
        getResourceServerInfo: (_context, resource) => requestedResource(resource),
      },
    },
    extraTokenClaims: detailsOf,
    formats: { customizers: { jwt: asInTheGuide } },
  };
}

/** The claims about a user beside the name; in an exchanged token also who acts for the user (RFC 8693 §4.1). */
const detailsOf: NonNullable<Configuration['extraTokenClaims']> = ({ oidc }, token) => {
  const user = 'accountId' in token ? findUser(token.accountId) : undefined;
  if (user === undefined) return undefined;
  const { name, email } = user;
  const isExchanged = oidc.params?.grant_type === TOKEN_EXCHANGE;
  return { name, email, ...(isExchanged && { act: { sub: token.clientId } }) };
};

type JwtCustomizer = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>;

/** Makes a JWT like those of the guide: issued by `wso2`, and with `nbf`. */
const asInTheGuide: JwtCustomizer = (_context, _token, parts) => {
  parts.payload = { ...parts.payload, iss: ISSUER, nbf: Number(parts.payload.iat) };
};
