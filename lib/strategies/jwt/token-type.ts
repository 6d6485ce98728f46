import { typeName } from '../jws/type-name.js';
import type { HeaderRule } from './jose-header.js';
import { REFUSED } from './refusals.js';

/** The types of tokens that are no other kind of JWT: an ID token hint or a logout token is no access token. */
const ACCESS_TOKEN_TYPES = ['jwt', 'at+jwt'];

/**
 * Makes the rule of the header parameter `typ`: one of `expected`, or JWT, at+jwt or none.
 *
 * @see RFC 7515 §4.1.9, RFC 9068 §2.1
 */
export function compileTypeRule(expected: readonly string[] | undefined): HeaderRule {
  const types = new Set((expected ?? ACCESS_TOKEN_TYPES).map(typeName));
  return ({ typ }) => {
    const fits = typ === undefined ? expected === undefined : types.has(typeName(typ));
    return fits ? undefined : REFUSED.wrongType;
  };
}
