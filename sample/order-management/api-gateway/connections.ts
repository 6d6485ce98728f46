import type { AuthClientConfig, SchemeConfig } from 'nest-service-auth';
import type { Settings } from '../settings.js';

/** The name under which the STS knows the gateway, and the audience of the tokens that it takes. */
const GATEWAY = 'api-gateway';

/**
 * For how long the gateway believes what the STS said of a token, in seconds. So long may a token that was taken back go on working, and so long do
 * users who are known get by without the STS.
 */
const BELIEVED = 300;

/** `users`: opaque tokens that the STS is asked about. */
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

/** `orders`: the order service on behalf of a user, whose token the STS exchanges for one that the order service takes; `openOrders`: on nobody's. */
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
