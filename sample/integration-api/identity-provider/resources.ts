import { errors, type ResourceServer } from 'oidc-provider';
import type { Settings } from '../settings.js';

/** How long a token is valid, in seconds. */
const LIFETIME = 600;

/**
 * The kinds of tokens by audience (RFC 8707): tokens for `/api` and for the payments are JWTs, those for `/admin` are opaque.
 */
export function resourcesOf({ audiences }: Settings): (audience: string) => ResourceServer {
  const jwt = { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } } as const;
  const resources: Readonly<Record<string, Omit<ResourceServer, 'audience'>>> = {
    [audiences.api]: { scope: 'read write', ...jwt },
    [audiences.admin]: { scope: 'audit admin', accessTokenFormat: 'opaque' },
    [audiences.payments]: { scope: 'pay quote', ...jwt },
  };
  return (audience) => {
    const resource = Object.hasOwn(resources, audience) ? resources[audience] : undefined;
    if (resource === undefined) throw new errors.InvalidTarget();
    return { ...resource, audience, accessTokenTTL: LIFETIME };
  };
}
