import type { Type } from '@nestjs/common';
import * as z from 'zod';
import type { Authorizer } from '../authorizer.js';
import { describeMismatch } from '../config/schema.js';
import type { Principal } from '../principal.js';

/** What one requirement field of a declaration demands of a caller, compiled at boot. */
export interface Demand {
  /** The field in which it is declared. */
  readonly field: string;
  /** The demand as plain data, for the policy. */
  readonly described: unknown;
  /** The demand in words, for an explanation: `any of the scopes ["read"]`. */
  readonly inWords: string;
  /** Parameters of the bearer challenge that answers a caller who does not meet the demand. */
  readonly challenge?: Readonly<Record<string, string>>;
  /** Whether a caller meets the demand by authenticating again: it is answered 401 with the challenge. @see RFC 9470 */
  readonly stepUp?: true;
  /** Custom rules, asked after every demand of the step is met. */
  readonly authorizers?: readonly AuthorizerUse[];
  /** Why `principal` does not meet the demand, as a stable code; undefined if it does. It is called for every request: it allocates nothing. */
  unmet(principal: Principal): string | undefined;
}

/** A custom rule with the arguments that this declaration gives it. */
export interface AuthorizerUse<A = unknown> {
  /** The class of the rule. */
  readonly use: Type<Authorizer<A>>;
  /** The arguments: plain data, shown in the policy. */
  readonly args: A;
}

/**
 * A kind of requirement. To add one: one file with a value of this type, and one line in `every-requirement.ts`.
 *
 * `Declared`, `Described` and `InRule` are interfaces with this one field, as it is written in a declaration, described in the policy
 * and written in an access rule.
 */
export interface Requirement<Declared = object, Described = object, InRule = object> {
  /** The name of the field. */
  readonly field: string;
  /** @internal Checks what a declaration writes in the field, and compiles it. */
  readonly schema: z.ZodType<Demand>;
  /** @internal Checks what an access rule writes in the field, and turns it into what a declaration would write; undefined where rules do not have the field. */
  readonly inRule?: z.ZodType<unknown>;
  /** The codes that `unmet` returns, with what the caller lacks in words. */
  readonly reasons: Readonly<Record<string, string>>;
  /** The description in a few words, for the table of the policy. */
  inTable(described: unknown): string;
  /** Carries the types of the field; never set. */
  readonly types?: readonly [Declared, Described, InRule];
}

/** The message for a list without a member. */
export const emptyList = 'is empty. Name at least one, or leave the field out to require none.';

/**
 * @internal The schema of a name that stands in a parameter of a challenge, which separates names by spaces and ends with a quote.
 *
 * @param noun - what is named, as messages write it: `a scope`.
 * @param subject - the same where a message names it once more.
 * @see RFC 6749 §3.3, scope-token
 */
export function nameForChallenge(noun: string, subject: string): z.ZodType<string> {
  return z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, {
    error: ({ input }) =>
      input === ''
        ? `must not be empty. Name ${noun}, or leave the field out to require none.`
        : `"${String(input)}" is not ${noun}: ${subject} has no spaces, quotes or backslashes. Write several as a list.`,
  });
}

/** @internal The schema for a value of a kind that is never right: it describes what was expected instead. */
export function mismatch(expected: string): z.ZodType<never> {
  return z.never({ error: ({ input }) => describeMismatch(expected, input) });
}
