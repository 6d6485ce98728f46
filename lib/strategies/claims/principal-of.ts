import { createPrincipal, type Principal, type PrincipalInit } from '../../principal.js';
import { clientIdOf } from './caller-name.js';
import { type Claims, readTexts } from './claims-reader.js';

/** The claims that grant something, or their paths. */
export interface GrantKeys {
  readonly scopeKey: string;
  readonly roleKey: string | undefined;
  readonly permissionKey: string | undefined;
}

/** Makes the principal of a token from its claims. */
export function principalOf(
  claims: Claims,
  caller: Pick<PrincipalInit, 'scheme' | 'method' | 'username'>,
  { scopeKey, roleKey, permissionKey }: GrantKeys,
): Principal {
  const clientId = clientIdOf(claims);
  return createPrincipal({
    ...caller,
    ...(clientId !== undefined && { clientId }),
    scopes: readTexts(claims, scopeKey),
    roles: readTexts(claims, roleKey),
    permissions: readTexts(claims, permissionKey),
    claims,
  });
}
