import * as z from 'zod';
import { chosen, fields, optional } from '../config/schema.js';
import { quoted } from '../operator/log-text.js';
import type { Principal } from '../principal.js';
import { type Demand, emptyList, mismatch } from './requirement.js';

/** Names of which a caller needs any or all. */
export type AnyOrAll =
  | {
      /** One of these is enough. */
      readonly any: readonly string[];
    }
  | {
      /** Every one of these is needed. */
      readonly all: readonly string[];
    };

/** Names that a caller needs: one name, any of a list as in Ballerina, or explicitly any or all of a list. */
export type NameRequirement = string | readonly string[] | AnyOrAll;

/** The two fields of a principal that hold names. */
type HeldField = 'scopes' | 'roles';

/** @internal What is special about the names of one field. */
interface NameSetKind {
  readonly field: HeldField;
  /** The schema of one name. */
  readonly name: z.ZodType<string>;
  /** The field in the singular. */
  readonly noun: string;
  /** The code of a demand that is not met. */
  readonly reason: string;
  readonly challenge?: (names: readonly string[]) => Readonly<Record<string, string>>;
}

/** @internal The schema of a field that demands names, in any of the forms of a {@link NameRequirement}. */
export function nameSetSchema(kind: NameSetKind): z.ZodType<Demand> {
  const { name, noun } = kind;
  const list = z.array(name).min(1, emptyList);
  const modes = fields(() => ({ any: optional(list), all: optional(list) })).refine(
    ({ any, all }) => (any === undefined) !== (all === undefined),
    'must be either { any: [...] } or { all: [...] }',
  );
  const choose = (value: unknown): z.ZodType<AnyOrAll> => {
    if (typeof value === 'string') return name.transform((each) => ({ any: [each] }));
    if (Array.isArray(value)) return list.transform((any) => ({ any }));
    if (typeof value !== 'object' || value === null) return mismatch(`a ${noun}, a list of ${noun}s, { any: [...] } or { all: [...] }`);
    return modes.transform(({ any, all }) => (any === undefined ? { all } : { any }) as AnyOrAll);
  };
  return chosen(choose, (set) => demandOf(set, kind));
}

/** `any scope of read, write` */
export function nameSetInTable(described: unknown, noun: string): string {
  const set = described as AnyOrAll;
  if ('all' in set) return `${noun}s ${set.all.join(', ')}`;
  return `${set.any.length > 1 ? `any ${noun} of ` : `${noun} `}${set.any.join(', ')}`;
}

function demandOf(set: AnyOrAll, { field, reason, challenge }: NameSetKind): Demand {
  const [mode, names, holds] = 'any' in set ? (['any', set.any, holdsAny] as const) : (['all', set.all, holdsAll] as const);
  return {
    field,
    described: set,
    inWords: `${mode} of the ${field} ${quoted(names)}`,
    ...(challenge !== undefined && { challenge: challenge(names) }),
    unmet: (principal: Principal) => (holds(names, principal[field]) ? undefined : reason),
  };
}

function holdsAny(names: readonly string[], held: readonly string[]): boolean {
  for (const name of names) if (held.includes(name)) return true;
  return false;
}

function holdsAll(names: readonly string[], held: readonly string[]): boolean {
  for (const name of names) if (!held.includes(name)) return false;
  return true;
}
