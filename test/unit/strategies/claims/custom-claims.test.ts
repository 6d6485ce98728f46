import { fields, parseConfig } from '../../../../lib/config/schema.js';
import { claimsFields, claimsSettings } from '../../../../lib/strategies/claims/claims.schema.js';
import { customClaimRefusal } from '../../../../lib/strategies/claims/custom-claims.js';

const refusalBy = (customClaims: unknown, claims: Record<string, unknown>) =>
  customClaimRefusal(claims, claimsSettings(parseConfig(fields(claimsFields), { customClaims })).customClaims);

describe('customClaims', () => {
  it.each<[string, unknown, Record<string, unknown>, boolean]>([
    ['a value', { a: 1 }, { a: 1 }, true],
    ['no other type', { a: 1 }, { a: '1' }, false],
    ['no member of a list for a value', { a: 'x' }, { a: ['x'] }, false],
    ['a list that is exactly so', { a: ['x', 'y'] }, { a: ['x', 'y'] }, true],
    ['no other list', { a: ['x', 'y'] }, { a: ['y', 'x'] }, false],
    ['no member for a list', { a: ['x', 'y'] }, { a: 'x' }, false],
    ['one of several', { a: { any: ['x', 'y'] } }, { a: 'y' }, true],
    ['none but the several', { a: { any: ['x', 'y'] } }, { a: 'z' }, false],
    ['nothing for one of several', { a: { any: ['x'] } }, {}, false],
    ['a list with one of several in it', { a: { any: ['x', 'y'] } }, { a: ['z', 'y'] }, true],
    ['no list with none of several in it', { a: { any: ['x', 'y'] } }, { a: ['z'] }, false],
    ['an object of several', { a: { any: [{ any: ['x'] }, { b: 1 }] } }, { a: { any: ['x'] } }, true],
    ['an object of several that are no objects otherwise', { a: { any: ['x', { b: 1 }] } }, { a: { b: 1 } }, true],
    ['a value of several that are objects otherwise', { a: { any: [{ b: 1 }, 'x'] } }, { a: 'x' }, true],
    ['no list with another object in it', { a: { any: [{ b: 1 }] } }, { a: [{ b: 2 }] }, false],
    ['no other object', { a: { any: [{ b: 1 }] } }, { a: { b: 1, c: 2 } }, false],
    ['any value', { a: { exists: true } }, { a: false }, true],
    ['no null for any value', { a: { exists: true } }, { a: null }, false],
    ['no empty list for any value', { a: { exists: true } }, { a: [] }, false],
    ['no list of nulls for any value', { a: { exists: true } }, { a: [null, null] }, false],
    ['nothing for any value', { a: { exists: true } }, {}, false],
    ['a path', { 'a.b': 'x' }, { a: { b: 'x' } }, true],
    ['a path with another value', { 'a.b': 'x' }, { a: { b: 'y' } }, false],
    ['the claim of exactly the name', { 'a.b': 'x' }, { 'a.b': 'x', a: { b: 'y' } }, true],
    ['no path beside a claim of exactly the name', { 'a.b': 'x' }, { 'a.b': 'y', a: { b: 'x' } }, false],
    ['null that is expected', { a: null }, { a: null }, true],
    ['all of several claims', { a: 1, b: 2 }, { a: 1, b: 2 }, true],
    ['no one of several claims alone', { a: 1, b: 2 }, { a: 1 }, false],
    ['nothing inherited', { 'constructor.name': 'Object' }, {}, false],
    ['nothing inherited for any value', { toString: { exists: true } }, {}, false],
  ])('takes %s', (_what, customClaims, claims, isMet) => {
    expect(refusalBy(customClaims, claims)?.reason).toBe(isMet ? undefined : 'wrong_claim');
  });

  it.each<[string, unknown, RegExp]>([
    ['no value', { a: undefined }, /customClaims\.a: has no value/],
    ['an empty list of values', { a: { any: [] } }, /customClaims\.a\.any: is empty/],
    ['values that are no list', { a: { any: 'x' } }, /customClaims\.a\.any: must be a list, not a string/],
    ['a value that is not set', { a: { any: ['x', undefined] } }, /customClaims\.a\.any\[1\]: has no value/],
    ['values and more', { a: { any: ['x'], all: ['y'] } }, /customClaims\.a\.all: is not a known field/],
    ['exists with false', { a: { exists: false } }, /customClaims\.a\.exists: must be true/],
    ['values and exists', { a: { any: ['x'], exists: true } }, /customClaims\.a\.any: is not a known field/],
    ['an empty name', { '': 1 }, /must not be empty/],
    ['a name that would be lost', JSON.parse('{"__proto__":"x"}'), /customClaims: must be an object without "__proto__"/],
    ['nothing', undefined, /customClaims: has no value/],
    ['null', null, /customClaims: must be an object, not null/],
    ['a string', 'a', /customClaims: must be an object, not a string/],
    ['a list', ['a'], /customClaims: must be an object, not a list/],
  ])('stops the boot for %s', (_what, customClaims, message) => {
    expect(() => refusalBy(customClaims, {})).toThrow(message);
  });

  it.each<[unknown, Record<string, unknown>, string]>([
    [{ tenant: 'eu' }, { tenant: 'us' }, 'the claim "tenant" must be "eu", not "us"'],
    [{ tenant: { any: ['eu', 'uk'] } }, {}, 'the claim "tenant" must be one of ["eu","uk"], but is missing'],
    [{ 'a.b': { exists: true } }, { a: { b: [] } }, 'the claim "a.b" must be present, not []'],
  ])('says what was expected and what came, for explanations only: %j', (customClaims, claims, words) => {
    const refusal = refusalBy(customClaims, claims);
    expect(refusal?.explanation?.()).toBe(words);
    expect(refusal).not.toHaveProperty('detail');
  });
});
