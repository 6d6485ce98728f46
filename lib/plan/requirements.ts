import type { Type } from '@nestjs/common';
import * as z from 'zod';
import type { Authorizer } from '../authorizer.js';
import { chosen, describeMismatch, fields, optional, parseConfig, text } from '../config/schema.js';
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
  error: ({ input }) =>
    input === ''
      ? 'must not be empty. Name a scope, or leave the field out to require none.'
      : `"${String(input)}" is not a scope: a scope has no spaces, quotes or backslashes. Write several as a list.`,
});
const scopeList = z.array(scope).min(1, emptyList);
const scopeModes = fields({ any: optional(scopeList), all: optional(scopeList) }).refine(
  ({ any, all }) => (any === undefined) !== (all === undefined),
  'must be either { any: [...] } or { all: [...] }',
);
const permission = text.refine((path) => !/(?:^|\/)\.{1,2}(?:\/|$)/.test(path), {
  error: ({ input }) => `"${String(input)}" has a segment of dots: write the permission that is meant.`,
});
const permissionList = z.array(permission).min(1, emptyList);

const scopes = chosen<ScopeSet>((value) => {
  if (typeof value === 'string') return scope.transform((name) => ({ mode: 'any', names: [name] }));
  if (Array.isArray(value)) return scopeList.transform((names) => ({ mode: 'any', names }));
  if (typeof value !== 'object' || value === null) return mismatch('a scope, a list of scopes, { any: [...] } or { all: [...] }');
  return scopeModes.transform(({ any, all = [] }) => (any === undefined ? { mode: 'all', names: all } : { mode: 'any', names: any }));
});
const permissions = chosen<readonly string[]>((value) => {
  if (typeof value === 'string') return permission.transform((path) => [path]);
  return Array.isArray(value) ? permissionList : mismatch('a permission or a list of permissions');
});
const authorizerClass = z.custom<Type<Authorizer>>((value) => typeof value === 'function', 'must be a class that implements Authorizer');

const requirements = fields({
  scopes: optional(scopes),
  permissions: optional(permissions),
  authorizers: optional(z.array(authorizerClass).min(1, emptyList)),
});

/**
 * Reads requirements as they are written in a declaration.
 *
 * @throws AuthConfigurationError with paths relative to the requirements.
 */
export function parseRequirements(given: unknown): ParsedRequirements {
  return { scopes: undefined, permissions: [], authorizers: [], ...parseConfig(requirements, given) };
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

function mismatch(expected: string): z.ZodType<never> {
  return z.never({ error: ({ input }) => describeMismatch(expected, input) });
}
