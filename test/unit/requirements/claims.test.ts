import type { Principal } from 'nest-service-auth';
import { holding, lacking } from './lacking.js';

const CLAIMS = {
  dept: 'sales',
  level: 3,
  verified: true,
  groups: ['a', 'b', 7],
  none: null,
  empty: [],
  blank: '',
  realm_access: { level: 'gold', roles: ['x'], deep: { er: 1 } },
  'https://example.com/tier': 'one',
  'a.b': 'flat',
  a: { b: 'nested', c: 'nested' },
  'x.y': { z: 1 },
};

describe('a required claim', () => {
  it.each<[Record<string, unknown>, boolean]>([
    [{ dept: 'sales' }, true],
    [{ dept: 'Sales' }, false],
    [{ dept: 'sale' }, false],
    [{ level: 3 }, true],
    [{ level: '3' }, false],
    [{ verified: true }, true],
    [{ verified: 'true' }, false],
    [{ verified: false }, false],
    [{ missing: 'x' }, false],
    [{ missing: false }, false],
    [{ dept: { any: ['hr', 'sales'] } }, true],
    [{ dept: { any: ['hr'] } }, false],
    [{ groups: 'b' }, true],
    [{ groups: 7 }, true],
    [{ groups: '7' }, false],
    [{ groups: { any: ['z', 'a'] } }, true],
    [{ groups: 'a,b,7' }, false],
    [{ empty: 'a' }, false],
    [{ realm_access: 'gold' }, false],
    [{ 'realm_access.level': 'gold' }, true],
    [{ 'realm_access.roles': 'x' }, true],
    [{ 'realm_access.deep.er': 1 }, true],
    [{ 'https://example.com/tier': 'one' }, true],
    [{ 'a.b': 'flat' }, true],
    [{ 'a.b': 'nested' }, false],
    [{ 'a.c': 'nested' }, true],
    [{ 'x.y.z': 1 }, true],
    [{ dept: 'sales', level: 3 }, true],
    [{ dept: 'sales', level: 4 }, false],
    [{ dept: { exists: true } }, true],
    [{ blank: { exists: true } }, true],
    [{ realm_access: { exists: true } }, true],
    [{ 'realm_access.deep': { exists: true } }, true],
    [{ groups: { exists: true } }, true],
    [{ empty: { exists: true } }, false],
    [{ none: { exists: true } }, false],
    [{ missing: { exists: true } }, false],
    [{ toString: { exists: true } }, false],
    [{ constructor: { exists: true } }, false],
    [{ 'dept.length': 5 }, false],
    [{ 'realm_access.constructor.name': 'Object' }, false],
    [{ 'groups.0': 'a' }, false],
  ])('%j is met: %p', (claims, met) => {
    expect(lacking({ claims }, holding({ claims: CLAIMS }))).toBe(met ? undefined : 'insufficient_claim');
    expect(lacking({ claims }, holding({}))).toBe('insufficient_claim');
  });

  it.each([undefined, null, 'dept', 1])('is not met by a principal with %j for its claims', (claims) => {
    const principal = { ...holding({}), claims } as unknown as Principal;
    expect(lacking({ claims: { dept: { exists: true } } }, principal)).toBe('insufficient_claim');
  });

  it('reads the own properties of the claims only', () => {
    const principal: Principal = { ...holding({}), claims: Object.create({ dept: 'sales' }) };
    expect(lacking({ claims: { dept: 'sales' } }, principal)).toBe('insufficient_claim');
  });

  const value = 'must be a string, a number or a boolean';
  it.each<[unknown, string]>([
    [{}, 'claims: is empty. Name at least one claim, or leave the field out to require none.'],
    ['dept', 'claims: must be an object, not a string'],
    [['dept'], 'claims: must be an object, not a list'],
    [undefined, 'claims: has no value: it must be an object.'],
    [{ dept: undefined }, `claims.dept: has no value: it ${value}. An environment variable may be missing.`],
    [{ dept: '' }, 'claims.dept: must not be empty'],
    [{ dept: null }, `claims.dept: ${value}, { any: [...] } or { exists: true }, not null`],
    [{ dept: ['a'] }, `claims.dept: ${value}, { any: [...] } or { exists: true }, not a list`],
    [{ dept: Number.NaN }, 'claims.dept: must be a number, not NaN'],
    [{ dept: { any: [] } }, 'claims.dept.any: is empty. Name at least one value.'],
    [{ dept: { any: ['a', null] } }, `claims.dept.any[1]: ${value}, not null`],
    [{ dept: { all: ['a'] } }, 'claims.dept.all: is not a known field. Did you mean "any"?'],
    [{ dept: { exists: false } }, 'claims.dept.exists: must be true'],
    [{ '': 'a' }, 'must not be empty'],
    [JSON.parse('{"dept":"sales","__proto__":"x"}'), 'claims: must be an object without "__proto__"'],
    [new Map([['dept', 'sales']]), 'claims: must be an object'],
  ])('cannot be written as %j', (claims, message) => {
    expect(() => lacking({ claims }, holding({}))).toThrow(message);
  });
});
