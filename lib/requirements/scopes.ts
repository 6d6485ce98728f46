import * as z from 'zod';
import { text } from '../config/schema.js';
import { type AnyOrAll, type NameRequirement, nameSetInTable, nameSetSchema } from './name-set.js';
import { nameForChallenge, type Requirement } from './requirement.js';

const scope = nameForChallenge('a scope', 'a scope');

/** Scopes that a caller needs: one, any of a list, or explicitly any or all of a list. */
export type ScopeRequirement = NameRequirement;

type Declared = {
  /** The scopes. */
  readonly scopes?: ScopeRequirement;
};
type Described = {
  /** The scopes. */
  readonly scopes?: AnyOrAll;
};
type InRule = {
  /** The scopes that a caller needs, all of them. `none` stands for nothing, as in WSO2. */
  readonly scopes?: readonly string[];
};

/** @internal The schema of the names of an access rule: WSO2 writes `none` where nothing is demanded beyond authentication. */
export const namesInRule = z.array(text).transform((names) => {
  const all = names.filter((name) => name.toLowerCase() !== 'none');
  return all.length === 0 ? undefined : all;
});

/** Scopes of the credential. @see RFC 6750 §3 */
export const scopes: Requirement<Declared, Described, InRule> = {
  field: 'scopes',
  schema: nameSetSchema({
    field: 'scopes',
    name: scope,
    noun: 'scope',
    reason: 'insufficient_scope',
    challenge: (names) => ({ scope: names.join(' ') }),
  }),
  inRule: namesInRule.transform((all) => all && { all }),
  reasons: { insufficient_scope: 'lacks a scope' },
  inTable: (described) => nameSetInTable(described, 'scope'),
};
