import * as z from 'zod';
import { chosen, fields, text } from '../config/schema.js';
import { quoted } from '../operator/log-text.js';
import type { Principal } from '../principal.js';
import { anyValue, type ClaimMatcher, oneOf } from '../strategies/claims/claim-match.js';
import { recordByName } from '../strategies/claims/claims.schema.js';
import { claimReader } from '../strategies/claims/claims-reader.js';
import { type Demand, mismatch, type Requirement } from './requirement.js';

/** A value that a claim is compared with; the type counts, so `1` is not `"1"`. */
export type ClaimValue = string | number | boolean;

/** What a claim must be: one value, any of several, or any value at all. Where the claim is a list, one of its members must be that. */
export type ClaimRequirement =
  | ClaimValue
  | {
      /** One of these values. */
      readonly any: readonly ClaimValue[];
    }
  | {
      /** Any value but null and an empty list. */
      readonly exists: true;
    };

type Declared = {
  /**
   * The claims, all of them. The key is the claim's name or, where there is no claim of exactly that name, its path with dots
   * (`realm_access.level`). In `allOf`, the requirements of a member read the claims of that member.
   */
  readonly claims?: Readonly<Record<string, ClaimRequirement>>;
};
type Described = {
  /** The claims, all of them, by name or path. */
  readonly claims?: Readonly<Record<string, ClaimRequirement>>;
};
type InRule = {
  /** The claims that a caller needs, all of them, by name or path. */
  readonly claims?: Readonly<Record<string, ClaimRequirement>>;
};

const VALUE = 'a string, a number or a boolean';
const value = chosen<ClaimValue>((given) => {
  if (typeof given === 'string') return text;
  if (typeof given === 'number') return z.number();
  return typeof given === 'boolean' ? z.boolean() : mismatch(VALUE);
});
const anyOf = fields(() => ({ any: z.array(value).min(1, 'is empty. Name at least one value.') }));
const exists = fields(() => ({ exists: z.literal(true) }));
const claim = chosen<ClaimRequirement>((given) => {
  if (typeof given !== 'object') return value;
  if (given === null || Array.isArray(given)) return mismatch(`${VALUE}, { any: [...] } or { exists: true }`);
  return 'exists' in given ? exists : anyOf;
});
const byPath = recordByName(claim).refine(
  (given) => Object.keys(given).length > 0,
  'is empty. Name at least one claim, or leave the field out to require none.',
);

/** Claims of the credential. */
export const claims: Requirement<Declared, Described, InRule> = {
  field: 'claims',
  schema: chosen<Readonly<Record<string, ClaimRequirement>>, Demand>(() => byPath, demandOf),
  inRule: byPath,
  reasons: { insufficient_claim: 'lacks a claim, or has another value in it' },
  inTable: (described) =>
    Object.entries(described as Readonly<Record<string, ClaimRequirement>>)
      .map(inTable)
      .join(', '),
};

function demandOf(required: Readonly<Record<string, ClaimRequirement>>): Demand {
  const expected = Object.entries(required).map(([path, each]) => ({ read: claimReader(path), isMet: matcherOf(each) }));
  return {
    field: 'claims',
    described: required,
    inWords: Object.entries(required).map(inWords).join(' and '),
    unmet: ({ claims: held }: Principal) => {
      // A strategy written in JavaScript may leave the claims out.
      if (typeof held !== 'object' || held === null) return 'insufficient_claim';
      for (const { read, isMet } of expected) if (!isMet(read(held))) return 'insufficient_claim';
      return undefined;
    },
  };
}

function valuesOf(required: ClaimRequirement): readonly unknown[] | undefined {
  if (typeof required !== 'object') return [required];
  return 'any' in required ? required.any : undefined;
}

function matcherOf(required: ClaimRequirement): ClaimMatcher {
  const values = valuesOf(required);
  return values === undefined ? anyValue : oneOf(values);
}

function inWords([path, required]: readonly [string, ClaimRequirement]): string {
  const values = valuesOf(required);
  return `the claim ${quoted(path)} with ${values === undefined ? 'any value' : `one of the values ${quoted(values)}`}`;
}

function inTable([path, required]: readonly [string, ClaimRequirement]): string {
  const values = valuesOf(required);
  return values === undefined ? `claim ${path}` : `claim ${path} = ${values.map((each) => JSON.stringify(each)).join(' | ')}`;
}
