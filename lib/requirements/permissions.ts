import * as z from 'zod';
import { chosen, text } from '../config/schema.js';
import { quoted } from '../operator/log-text.js';
import type { Principal } from '../principal.js';
import { type Demand, emptyList, mismatch, type Requirement } from './requirement.js';
import { namesInRule } from './scopes.js';

const permission = text.refine((path) => !/(?:^|\/)\.{1,2}(?:\/|$)/.test(path), {
  error: ({ input }) => `"${String(input)}" has a segment of dots: write the permission that is meant.`,
});
const permissionList = z.array(permission).min(1, emptyList);

type Declared = {
  /** The permissions, all of them. A permission is a path: one that is held grants those below it. */
  readonly permissions?: string | readonly string[];
};
type Described = {
  /** The permissions, all of them. */
  readonly permissions?: readonly string[];
};
type InRule = {
  /** The permissions that a caller needs, all of them. `none` stands for nothing, as in WSO2. */
  readonly permissions?: readonly string[];
};

/** Permissions of the credential and of its roles. */
export const permissions: Requirement<Declared, Described, InRule> = {
  field: 'permissions',
  schema: chosen<readonly string[], Demand>((value) => {
    if (typeof value === 'string') return permission.transform((path) => [path]);
    return Array.isArray(value) ? permissionList : mismatch('a permission or a list of permissions');
  }, demandOf),
  inRule: namesInRule,
  reasons: { insufficient_permission: 'lacks a permission' },
  inTable: (described) => `permissions ${(described as readonly string[]).join(', ')}`,
};

/**
 * Whether holding `held` grants `required`: permissions form a tree by path segment, so `/permission/admin` grants
 * `/permission/admin/login` but not `/permission/administrator`. The root `/` grants every path.
 */
export function grants(held: string, required: string): boolean {
  if (held === required) return true;
  // An empty entry in a claim or a role is not the root.
  if (held === '' || !required.startsWith(held)) return false;
  return held.endsWith('/') || required[held.length] === '/';
}

function demandOf(required: readonly string[]): Demand {
  return {
    field: 'permissions',
    described: required,
    inWords: `the permissions ${quoted(required)}`,
    unmet: ({ permissions: held }: Principal) => {
      for (const each of required) if (!isGranted(each, held)) return 'insufficient_permission';
      return undefined;
    },
  };
}

function isGranted(required: string, held: readonly string[]): boolean {
  for (const each of held) if (grants(each, required)) return true;
  return false;
}
