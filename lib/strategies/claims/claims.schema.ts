import { types } from 'node:util';
import * as z from 'zod';
import { chosen, describeMismatch, fields, optional, text, textOrTexts } from '../../config/schema.js';
import { isJsonObject } from '../../json-object.js';
import { anyValue, type ClaimMatcher, exactly, oneOf } from './claim-match.js';
import { shown } from './claim-refusal.js';
import type { ToPrincipal } from './claims.config.js';
import { type ClaimReader, claimReader } from './claims-reader.js';

/** A claim that tokens must have, compiled. */
export interface ExpectedClaim {
  readonly name: string;
  readonly read: ClaimReader;
  readonly isMet: ClaimMatcher;
  /** What the claim must be: `one of ["a","b"]`. */
  readonly inWords: string;
}

type Expectation = Pick<ExpectedClaim, 'isMet' | 'inWords'>;

/** Every token without the claim would have it with the value `undefined`. */
const exactValue = z.unknown().refine((value) => value !== undefined, { error: describeMismatch('what the claim must be', undefined) });
const anyOf = fields(() => ({ any: z.array(exactValue).min(1, 'is empty. Name at least one value.') }));
const exists = fields(() => ({ exists: z.literal(true) }));

const expectation = chosen<Expectation>((given) => {
  if (!isJsonObject(given)) return exactValue.transform((value) => ({ isMet: exactly(value), inWords: shown(value) }));
  if (Object.hasOwn(given, 'exists')) return exists.transform(() => ({ isMet: anyValue, inWords: 'present' }));
  if (Object.hasOwn(given, 'any')) return anyOf.transform(({ any }) => ({ isMet: oneOf(any), inWords: `one of ${shown(any)}` }));
  return z.unknown().transform((value) => ({ isMet: exactly(value), inWords: shown(value) }));
});

/** A record that refuses the key that a record of zod would leave out, and the demand with it. */
export function recordByName<T>(member: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> {
  const record = z.record(text, member);
  return chosen<Readonly<Record<string, T>>>((given) =>
    isJsonObject(given) && Object.hasOwn(given, '__proto__')
      ? z.never({ error: ({ input }) => describeMismatch('an object without "__proto__"', input) })
      : record,
  );
}

const customClaims = recordByName(expectation);

const toPrincipal = z.custom<ToPrincipal>(
  (given) => typeof given === 'function' && !types.isAsyncFunction(given) && !types.isGeneratorFunction(given),
  {
    error: ({ input }) =>
      typeof input === 'function'
        ? 'must be synchronous: it must return the parts of the principal, not a promise or an iterator'
        : describeMismatch('a function', input),
  },
);

/** Makes the schemas of the fields of a {@link ClaimsConfig}, and the key of the caller's name. */
export const claimsFields = () => ({
  customClaims: optional(customClaims),
  scopeKey: optional(textOrTexts),
  roleKey: optional(textOrTexts),
  permissionKey: optional(textOrTexts),
  usernameKey: optional(text),
  numericNames: optional(z.boolean()),
  toPrincipal: optional(toPrincipal),
});

/** The same, checked, with every default filled in. */
export interface ClaimsSettings {
  readonly customClaims: readonly ExpectedClaim[];
  readonly scopeKey: readonly string[];
  readonly roleKey: readonly string[];
  readonly permissionKey: readonly string[];
  readonly usernameKey: string | undefined;
  readonly numericNames: boolean;
  readonly toPrincipal: ToPrincipal | undefined;
}

const checkedFields = fields(claimsFields);

/** Compiles what the fields say. */
export function claimsSettings(given: z.output<typeof checkedFields>): ClaimsSettings {
  return {
    customClaims: Object.entries(given.customClaims ?? {}).map(([name, each]) => ({ ...each, name, read: claimReader(name) })),
    scopeKey: [given.scopeKey ?? 'scope'].flat(),
    roleKey: [given.roleKey ?? []].flat(),
    permissionKey: [given.permissionKey ?? []].flat(),
    usernameKey: given.usernameKey,
    numericNames: given.numericNames ?? false,
    toPrincipal: given.toPrincipal,
  };
}
