import { isDeepStrictEqual } from 'node:util';
import type { Type } from '@nestjs/common';
import * as z from 'zod';
import type { Authorizer } from '../authorizer.js';
import { chosen, fields } from '../config/schema.js';
import { frozenCopy } from '../frozen-copy.js';
import { type AuthorizerUse, type Demand, emptyList, mismatch, type Requirement } from './requirement.js';

/** A custom rule with its arguments, as the policy shows it. */
export interface DescribedAuthorizer {
  /** The class name of the rule. */
  readonly use: string;
  /** The arguments that the declaration gives it. */
  readonly args: unknown;
}

type Declared = {
  /** Custom rules, all of them, asked in order: a class, or a class with its arguments. {@link withArgs} checks the type of the arguments. */
  readonly authorizers?: readonly (Type<Authorizer> | AuthorizerUse)[];
};
type Described = {
  /** The custom rules: their class names, with the arguments where a declaration gives some. */
  readonly authorizers?: readonly (string | DescribedAuthorizer)[];
};

/**
 * Names a custom rule with its arguments; the types of both must match. They are checked when the application boots to be plain data,
 * and shown in the policy: do not put secrets there.
 *
 * @example
 * ```ts
 * @ResourceAuth({ auth: { authorizers: [withArgs(MaxAmount, { limit: 1000 })] } })
 * ```
 */
export function withArgs<A>(use: Type<Authorizer<A>>, args: NoInfer<A>): AuthorizerUse<A> {
  return { use, args };
}

const CLASS = 'must be a class that implements Authorizer, or { use: <the class>, args }';
const authorizerClass = z.custom<Type<Authorizer<unknown>>>((value) => typeof value === 'function', CLASS);
const withArguments = fields(() => ({
  use: authorizerClass,
  args: z.unknown().transform(plainCopy),
}));
const authorizer = chosen<AuthorizerUse>((value) =>
  isWithArguments(value) ? withArguments : authorizerClass.transform((use) => ({ use, args: undefined })),
);

/** Custom rules of the application. */
export const authorizers: Requirement<Declared, Described> = {
  field: 'authorizers',
  schema: chosen<readonly AuthorizerUse[], Demand>(
    (value) => (Array.isArray(value) ? z.array(authorizer).min(1, emptyList) : mismatch('a list')),
    demandOf,
  ),
  reasons: { refused_by_authorizer: 'a custom rule refused' },
  inTable: (described) => (described as readonly (string | DescribedAuthorizer)[]).map(inTable).join('; '),
};

/** What JSON cannot hold would not show in the policy, and a change of it would not either. */
function plainCopy(args: unknown, context: z.RefinementCtx): unknown {
  try {
    const copy = frozenCopy({ args: JSON.parse(JSON.stringify(args)) }).args;
    if (isDeepStrictEqual(copy, args)) return copy;
  } catch {
    // A circle, a function, or nothing at all.
  }
  context.addIssue('must be plain data: strings, finite numbers, booleans, null, and lists and objects of them.');
  return z.NEVER;
}

/** An instance of an authorizer has neither field. */
function isWithArguments(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('use' in value || 'args' in value);
}

function demandOf(uses: readonly AuthorizerUse[]): Demand {
  const described = uses.map(({ use, args }) => (args === undefined ? use.name : { use: use.name, args }));
  return {
    field: 'authorizers',
    described,
    inWords: described.map((each) => `the rule ${inTable(each)}`).join(' and '),
    authorizers: uses,
    // The rules themselves are asked when the demands are met: they need the execution context, and may have to wait.
    unmet: () => undefined,
  };
}

function inTable(described: string | DescribedAuthorizer): string {
  return typeof described === 'string' ? described : `${described.use}(${JSON.stringify(described.args)})`;
}
