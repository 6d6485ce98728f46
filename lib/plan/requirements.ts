import type { Type } from '@nestjs/common';
import * as z from 'zod';
import { describeMismatch, fields, optional, parseConfig, text } from '../config/schema.js';
import type { Authorizer } from '../guard/authorizer.js';
import type { Principal } from '../principal.js';
import { grants } from './permission.js';

/** The names of the requirement fields, which may stand beside any form of entry. */
export const REQUIREMENT_FIELDS: readonly string[] = ['scopes', 'permissions', 'authorizers'];

/** Scopes that a caller needs, in one form. */
export interface ScopeSet {
  readonly mode: 'any' | 'all';
  readonly names: readonly string[];
}

/** Requirements in one form, checked; the authorizers are still classes. */
export interface ParsedRequirements {
  readonly scopes: ScopeSet | undefined;
  readonly permissions: readonly string[];
  readonly authorizers: readonly Type<Authorizer>[];
}

/** What a caller may lack, apart from what custom authorizers look at. */
export type UnmetRequirement = 'insufficient_scope' | 'insufficient_permission';

const emptyList = 'is empty. Name at least one, or leave the field out to require none.';

/** scope-token of RFC 6749 §3.3: a space would make it two scopes, a quote would end the challenge's parameter. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, {
  error: ({ input }) => `"${String(input)}" is not a scope: a scope has no spaces, quotes or backslashes. Write several as a list.`,
});
const scopeList = z.array(scope).min(1, emptyList);
const scopeModes = fields({ any: optional(scopeList), all: optional(scopeList) }).refine(
  ({ any, all }) => (any === undefined) !== (all === undefined),
  'must be either { any: [...] } or { all: [...] }',
);
const scopesInAnyForm = z.union([z.string(), z.array(z.unknown()), z.looseObject({})], {
  error: ({ input }) => describeMismatch('a scope, a list of scopes, { any: [...] } or { all: [...] }', input),
});
const permissionsInAnyForm = z.union([z.string(), z.array(z.unknown())], {
  error: ({ input }) => describeMismatch('a permission or a list of permissions', input),
});
const permission = text.refine((path) => !/(?:^|\/)\.{1,2}(?:\/|$)/.test(path), {
  error: ({ input }) => `"${String(input)}" has a segment of dots: write the permission that is meant.`,
});
const permissionList = z.array(permission).min(1, emptyList);
const authorizerClass = z.custom<Type<Authorizer>>((value) => typeof value === 'function', 'must be a class that implements Authorizer');

const requirements = fields({
  scopes: optional(scopesInAnyForm),
  permissions: optional(permissionsInAnyForm),
  authorizers: optional(z.array(authorizerClass).min(1, emptyList)),
});

/**
 * Reads requirements as they are written in a declaration.
 *
 * @throws AuthConfigurationError with paths relative to the requirements.
 */
export function parseRequirements(given: unknown): ParsedRequirements {
  const { authorizers = [], ...rest } = parseConfig(requirements, given);
  return {
    scopes: 'scopes' in rest ? parseScopes(rest.scopes) : undefined,
    permissions: 'permissions' in rest ? parsePermissions(rest.permissions) : [],
    authorizers,
  };
}

/** What `principal` lacks of the scopes and permissions; undefined if nothing. */
export function unmet(
  { scopes, permissions }: Pick<ParsedRequirements, 'scopes' | 'permissions'>,
  principal: Principal,
): UnmetRequirement | undefined {
  if (scopes !== undefined && !holdsScopes(scopes, principal.scopes)) return 'insufficient_scope';
  for (const permission of permissions)
    if (!principal.permissions.some((held) => grants(held, permission))) return 'insufficient_permission';
  return undefined;
}

function holdsScopes({ mode, names }: ScopeSet, held: readonly string[]): boolean {
  for (const name of names) {
    const holds = held.includes(name);
    if (holds && mode === 'any') return true;
    if (!holds && mode === 'all') return false;
  }
  return mode === 'all';
}

function parseScopes(given: unknown): ScopeSet {
  if (typeof given === 'string') return { mode: 'any', names: [parseConfig(scope, given, 'scopes')] };
  if (Array.isArray(given)) return { mode: 'any', names: parseConfig(scopeList, given, 'scopes') };
  const { any, all = [] } = parseConfig(scopeModes, given, 'scopes');
  return any === undefined ? { mode: 'all', names: all } : { mode: 'any', names: any };
}

function parsePermissions(given: unknown): readonly string[] {
  return Array.isArray(given) ? parseConfig(permissionList, given, 'permissions') : [parseConfig(permission, given, 'permissions')];
}
