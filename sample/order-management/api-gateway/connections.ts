import type { AuthClientConfig, SchemeConfig } from 'nest-service-auth';
import type { Settings } from '../settings.js';

/** The client id of the gateway at the STS, and the audience of the tokens that it accepts. */
const GATEWAY = 'api-gateway';

/**
 * How long the gateway remembers an answer of the STS about a token, in seconds. A revoked token may work for that long, and known users can work for
 * that long without the STS.
 */
const BELIEVED = 300;

/** `users`: opaque tokens, which are checked by introspection at the STS. */
export function schemesOf({ stsUrl, gatewaySecret, certificates }: Settings): Record<string, SchemeConfig> {
  return {
    users: {
      oauth2IntrospectionConfig: {
        url: `${stsUrl}/oauth2/introspect`,
        tokenTypeHint: 'access_token',
        issuer: stsUrl,
        audience: GATEWAY,
        cacheConfig: { capacity: 1000, defaultMaxAge: BELIEVED },
        clientConfig: {
          secureSocket: { cert: certificates.keys.sts.certFile },
          auth: { method: 'client_secret_basic', clientId: GATEWAY, clientSecret: gatewaySecret },
        },
      },
    },
  };
}

/** `orders` calls the order service for a user, whose token the STS exchanges for one that the order service accepts. `openOrders` sends no token. */
export function clientsOf({ stsUrl, orderUrl, gatewaySecret, certificates }: Settings): Record<string, AuthClientConfig> {
  const orderService = { baseUrl: orderUrl, clientConfig: { secureSocket: { cert: certificates.keys['order-service'].certFile } } };
  return {
    orders: {
      ...orderService,
      auth: {
        oauth2TokenExchangeGrantConfig: {
          tokenUrl: `${stsUrl}/oauth2/token`,
          clientId: GATEWAY,
          clientSecret: gatewaySecret,
          audience: 'ballerina',
          requestedTokenType: 'urn:ietf:params:oauth:token-type:jwt',
          cacheConfig: { capacity: 1000 },
          clientConfig: { secureSocket: { cert: certificates.keys.sts.certFile } },
        },
      },
    },
    openOrders: { ...orderService, auth: false },
  };
}
