import { errors, type ResourceServer } from 'oidc-provider';
import { SCOPES } from './accounts.js';

/** The resources. RFC 8707 names a resource by a URI; nothing is fetched from it. */
export const RESOURCES = { gateway: 'urn:order-management:api-gateway', orders: 'urn:order-management:order-service' } as const;

/** The `aud` of a token for the order service, as the guide has it, and of a token for the gateway. */
export const AUDIENCES = { gateway: 'api-gateway', orders: 'ballerina' } as const;

/** The `iss` of tokens for the order service. The issuer of the guide is not a URL; the issuer of OpenID Connect must be one. */
export const ISSUER = 'wso2';

const scope = SCOPES.join(' ');

/** The end user's token is opaque: a thief can read nothing in it, and it can be revoked. */
export const FOR_GATEWAY: ResourceServer = { scope, audience: AUDIENCES.gateway, accessTokenFormat: 'opaque', accessTokenTTL: 3600 };

/** A token for the order service is a JWT. */
export const FOR_ORDERS: ResourceServer = {
  scope,
  audience: AUDIENCES.orders,
  accessTokenFormat: 'jwt',
  accessTokenTTL: 3600,
  jwt: { sign: { alg: 'RS256' } },
};

/** The resource that a client requests by name. Tokens for the gateway are for users only. @throws InvalidTarget */
export function requestedResource(name: string): ResourceServer {
  if (name !== RESOURCES.orders) throw new errors.InvalidTarget();
  return FOR_ORDERS;
}
