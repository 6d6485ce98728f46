import { frozenData } from '../../frozen-copy.js';
import { createPrincipal, type Principal, type PrincipalInit } from '../../principal.js';
import { callerNameReader, clientIdOf, subjectRefusal } from './caller-name.js';
import type { ClaimRefusal } from './claim-refusal.js';
import type { TokenPrincipal } from './claims.config.js';
import type { ClaimsSettings } from './claims.schema.js';
import type { Claims } from './claims-reader.js';
import { nameRule, namesReader, scopesReader } from './names.js';
import { principalMapper } from './to-principal.js';

/** Whose tokens they are, and which claims name the caller where there is no `sub`. */
export interface TokenKind extends Pick<PrincipalInit, 'scheme' | 'method'> {
  readonly standIns: readonly string[];
}

/** Makes the principal of a token from its claims, or refuses the token. The claims are frozen: they must be the strategy's own. */
export type PrincipalMaker = (claims: Claims) => Principal | ClaimRefusal;

/** Whether it was refused. */
export function isClaimRefusal(made: Principal | string | TokenPrincipal | ClaimRefusal): made is ClaimRefusal {
  return typeof made === 'object' && 'reason' in made;
}

const NOTHING: TokenPrincipal = Object.freeze({});

/** Compiles everything that a config says about the principal of a token. */
export function principalMaker({ scheme, method, standIns }: TokenKind, settings: ClaimsSettings): PrincipalMaker {
  const { usernameKey, numericNames, toPrincipal } = settings;
  const nameOf = nameRule(numericNames);
  const map = toPrincipal === undefined ? () => NOTHING : principalMapper(toPrincipal, nameOf);
  const usernameOf = callerNameReader({ usernameKey, numericNames, standIns });
  const scopesOf = scopesReader(settings.scopeKey);
  const rolesOf = namesReader(settings.roleKey, nameOf);
  const permissionsOf = namesReader(settings.permissionKey, nameOf);
  return (claims) => {
    const given = subjectRefusal(claims, numericNames) ?? map(claims);
    if (isClaimRefusal(given)) return given;
    const username = given.username ?? usernameOf(claims);
    if (isClaimRefusal(username)) return username;
    const scopes = given.scopes ?? scopesOf(claims);
    const roles = given.roles ?? rolesOf(claims);
    const permissions = given.permissions ?? permissionsOf(claims);
    const clientId = clientIdOf(claims, nameOf);
    return createPrincipal({ scheme, method, username, clientId, scopes, roles, permissions, claims: frozenData(claims) });
  };
}
