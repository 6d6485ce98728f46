import { parseRequirements } from '../../../lib/requirements/every-requirement.js';
import { holding, lacking } from './lacking.js';

describe.each([
  ['scopes', 'insufficient_scope'],
  ['roles', 'insufficient_role'],
] as const)('%s', (field, reason) => {
  it.each<[unknown, string[], boolean]>([
    ['a', ['a'], true],
    ['a', ['b'], false],
    ['a', [], false],
    ['a', ['A'], false],
    ['admin', ['administrator'], false],
    [['a', 'b'], ['b'], true],
    [['a', 'b'], ['c'], false],
    [{ any: ['a', 'b'] }, ['b', 'c'], true],
    [{ any: ['a', 'b'] }, ['c'], false],
    [{ all: ['a', 'b'] }, ['a', 'b', 'c'], true],
    [{ all: ['a', 'b'] }, ['a', 'c'], false],
    [{ all: ['a'] }, [], false],
  ])('%j is met by %j: %p', (required, held, met) => {
    expect(lacking({ [field]: required }, holding({ [field]: held }))).toBe(met ? undefined : reason);
  });

  it('are not met by names in another field', () => {
    const other = field === 'scopes' ? 'roles' : 'scopes';
    expect(lacking({ [field]: 'a' }, holding({ [other]: ['a'], permissions: ['a'] }))).toBe(reason);
  });

  it.each<[unknown, string]>([
    [[], `${field}: is empty. Name at least one, or leave the field out to require none.`],
    [{ any: [] }, `${field}.any: is empty. Name at least one, or leave the field out to require none.`],
    [{}, `${field}: must be either { any: [...] } or { all: [...] }`],
    [{ any: ['a'], all: ['b'] }, `${field}: must be either { any: [...] } or { all: [...] }`],
    [{ any: ['a'], every: ['b'] }, `${field}.every: is not a known field. Known: any, all.`],
    [{ some: ['a'] }, `${field}.some: is not a known field. Known: any, all.`],
    [5, `${field}: must be a ${field.slice(0, -1)}, a list of ${field}, { any: [...] } or { all: [...] }, not a number`],
    [null, `${field}: must be a ${field.slice(0, -1)}, a list of ${field}, { any: [...] } or { all: [...] }, not null`],
    [['a', 1], `${field}[1]: must be a string, not a number`],
    [
      undefined,
      `${field}: has no value: it must be a ${field.slice(0, -1)}, a list of ${field}, { any: [...] } or { all: [...] }. An environment variable may be missing.`,
    ],
  ])('cannot be %j', (required, message) => {
    expect(() => lacking({ [field]: required }, holding({}))).toThrow(message);
  });
});

it('a role is one name, spaces included, and a scope has none', () => {
  expect(lacking({ roles: 'shift leader' }, holding({ roles: ['shift leader'] }))).toBeUndefined();
  expect(lacking({ roles: 'shift leader' }, holding({ roles: ['shift', 'leader'] }))).toBe('insufficient_role');
  expect(() => lacking({ scopes: 'a b' }, holding({}))).toThrow('a scope has no spaces');
});

it('only scopes are named in a challenge', () => {
  const demands = parseRequirements({ scopes: ['a', 'b'], roles: 'r', permissions: '/p', claims: { c: 1 } });
  expect(demands.map(({ field, challenge }) => [field, challenge])).toEqual([
    ['scopes', { scope: 'a b' }],
    ['roles', undefined],
    ['permissions', undefined],
    ['claims', undefined],
  ]);
});
