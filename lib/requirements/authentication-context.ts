import * as z from 'zod';
import { chosen, text } from '../config/schema.js';
import { quoted } from '../operator/log-text.js';
import type { Principal } from '../principal.js';
import { type Demand, emptyList, mismatch, nameForChallenge, type Requirement } from './requirement.js';

type Declared = {
  /**
   * How the user must have authenticated: the `acr` claim must be one of these values, the preferred one first. A caller that
   * authenticated otherwise must authenticate again, and gets 401.
   * @see RFC 9470 §3, OpenID Connect Core §2
   */
  readonly acr?: string | readonly string[];
};
type Described = {
  /** The values of the `acr` claim, one of which is needed. */
  readonly acr?: readonly string[];
};
type InRule = {
  /** The values of the `acr` claim, one of which a caller needs, the preferred one first. */
  readonly acr?: string | readonly string[];
};

/** A challenge separates the values by spaces. @see RFC 9470 §3 */
const value = nameForChallenge('a value of acr', 'it');
const valueList = z.array(value).min(1, emptyList);

/** The way in which the user authenticated. @see RFC 9470 */
export const authenticationContext: Requirement<Declared, Described, InRule> = {
  field: 'acr',
  schema: chosen<readonly string[], Demand>((given) => {
    if (typeof given === 'string') return value.transform((each) => [each]);
    return Array.isArray(given) ? valueList : mismatch('a value of acr or a list of values');
  }, demandOf),
  inRule: z.union([text, z.array(text)], { error: 'must be a value of acr or a list of values' }),
  reasons: { insufficient_authentication_context: 'did not authenticate in a way that is required' },
  inTable: (described) => `acr ${(described as readonly string[]).join(' | ')}`,
};

function demandOf(values: readonly string[]): Demand {
  return {
    field: 'acr',
    described: values,
    inWords: `one of the values ${quoted(values)} in acr`,
    stepUp: true,
    challenge: {
      error_description: 'This request needs another way of authentication: see acr_values',
      acr_values: values.join(' '),
    },
    unmet: ({ claims }: Principal) => {
      const acr: unknown = claims?.acr;
      return typeof acr === 'string' && values.includes(acr) ? undefined : 'insufficient_authentication_context';
    },
  };
}
