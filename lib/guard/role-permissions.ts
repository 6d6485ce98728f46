import { extendPrincipal, type Principal } from '../principal.js';
import type { ResolvedAuthOptions } from '../resolved-options.js';

/** Adds to principals the permissions of their roles. */
export class RolePermissions {
  private readonly completed = new WeakMap<Principal, Principal>();

  constructor(private readonly roles: ResolvedAuthOptions['roles']) {}

  /** The principal with the permissions of its roles. */
  readonly complete = (principal: Principal): Principal => {
    const { roles } = this;
    if (roles === undefined || principal.roles.length === 0) return principal;
    const known = this.completed.get(principal);
    if (known !== undefined) return known;
    const granted = principal.roles.flatMap((role) => (Object.hasOwn(roles, role) ? (roles[role] as readonly string[]) : []));
    const complete = extendPrincipal(principal, { permissions: [...new Set([...principal.permissions, ...granted])] });
    // A strategy or a caller of AuthService may change a principal that is not frozen, and what it held must not come back.
    if (isFrozen(principal)) this.completed.set(principal, complete);
    return complete;
  };
}

function isFrozen(principal: Principal): boolean {
  return [principal, principal.scopes, principal.roles, principal.permissions].every(Object.isFrozen);
}
