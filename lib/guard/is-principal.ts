import type { Principal } from '../principal.js';

/**
 * Whether a value can stand for a caller. A strategy written in JavaScript may return anything,
 * and scopes in one string would be searched for parts of words.
 */
export function isPrincipal(value: unknown): value is Principal {
  const { username, scopes, roles, permissions } = (value ?? {}) as Partial<Principal>;
  return typeof username === 'string' && Array.isArray(scopes) && Array.isArray(roles) && Array.isArray(permissions);
}
