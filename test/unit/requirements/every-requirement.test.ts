import fc from 'fast-check';
import { AuthConfigurationError, type Principal } from 'nest-service-auth';
import { parseRequirements, REQUIREMENTS } from '../../../lib/requirements/every-requirement.js';
import { holding, lacking } from './lacking.js';

const name = fc.constantFrom('a', 'b', 'c');
const names = fc.uniqueArray(name, { minLength: 1 });
const nameSet = fc.oneof(
  name,
  names,
  names.map((any) => ({ any })),
  names.map((all) => ({ all })),
);
const path = fc.constantFrom('/a', '/a/b', '/b');
const claimValue = fc.oneof(name, fc.constantFrom(1, true));
const claim = fc.oneof(
  claimValue,
  fc.array(claimValue, { minLength: 1 }).map((any) => ({ any })),
  fc.constant({ exists: true }),
);
const requirements = fc.record(
  {
    scopes: nameSet,
    roles: nameSet,
    permissions: fc.oneof(path, fc.uniqueArray(path, { minLength: 1 })),
    claims: fc.dictionary(name, claim, { minKeys: 1 }),
  },
  { requiredKeys: [] },
);
const principal = fc
  .record({
    scopes: fc.uniqueArray(name),
    roles: fc.uniqueArray(name),
    permissions: fc.uniqueArray(path),
    claims: fc.dictionary(name, fc.oneof(claimValue, fc.array(claimValue), fc.constant(null))),
  })
  .map(holding);

const meets = (required: unknown, caller: Principal) => lacking(required, caller) === undefined;

describe('requirements', () => {
  it('admit no more callers when one is added', () => {
    fc.assert(
      fc.property(requirements, requirements, principal, (some, more, caller) => {
        for (const [field, required] of Object.entries(more)) {
          if (field in some) continue;
          const both = meets({ ...some, [field]: required }, caller);
          expect(both).toBe(meets(some, caller) && meets({ [field]: required }, caller));
        }
      }),
    );
  });

  it('admit no more callers when a list of all grows, or a list of any shrinks', () => {
    fc.assert(
      fc.property(fc.constantFrom('scopes', 'roles'), names, name, principal, (field, some, other, caller) => {
        if (meets({ [field]: { all: [...some, other] } }, caller)) expect(meets({ [field]: { all: some } }, caller)).toBe(true);
        if (meets({ [field]: { any: some } }, caller)) expect(meets({ [field]: { any: [...some, other] } }, caller)).toBe(true);
      }),
    );
  });

  it('admit no fewer callers when these hold more', () => {
    fc.assert(
      fc.property(requirements, principal, name, path, (required, caller, held, permission) => {
        const { scopes, roles, permissions, claims } = caller;
        const richer = holding({
          scopes: [...scopes, held],
          roles: [...roles, held],
          permissions: [...permissions, permission],
          claims,
        });
        if (meets(required, caller)) expect(meets(required, richer)).toBe(true);
      }),
    );
  });

  it('are not met by a caller who holds nothing', () => {
    fc.assert(
      fc.property(requirements, (required) => {
        expect(meets(required, holding({}))).toBe(Object.keys(required).length === 0);
      }),
    );
  });

  it('are checked in one order, however they are written', () => {
    const demands = parseRequirements({ claims: { a: 1 }, permissions: '/a', roles: 'a', scopes: 'a' });
    expect(demands.map(({ field }) => field)).toEqual(['scopes', 'roles', 'permissions', 'claims']);
  });

  it.each<[unknown, string]>([
    [null, 'must be an object, not null'],
    ['scopes', 'must be an object, not a string'],
    [7, 'must be an object, not a number'],
    [['scopes'], 'must be an object, not a list'],
  ])('cannot be %j', (given, message) => {
    expect(() => parseRequirements(given)).toThrow(new AuthConfigurationError(message));
    expect(parseRequirements({ scopes: 'a' })).toHaveLength(1);
  });

  it('return only codes that can be explained', () => {
    const demands = parseRequirements({ claims: { a: 1 }, permissions: '/a', roles: 'a', scopes: 'a' });
    for (const demand of demands) {
      const reasons = REQUIREMENTS.find(({ field }) => field === demand.field)?.reasons;
      expect(Object.keys(reasons ?? {})).toContain(demand.unmet(holding({})));
    }
  });

  it('have fields with different names, which are not those of entries', () => {
    const fields = REQUIREMENTS.map(({ field }) => field);
    expect(new Set([...fields, 'scheme', 'allOf']).size).toBe(fields.length + 2);
    expect(fields.filter((field) => field.endsWith('Config'))).toEqual([]);
  });

  it('are described as data that JSON keeps', () => {
    fc.assert(
      fc.property(requirements, (required) => {
        const described = parseRequirements(required).map((each) => each.described);
        expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      }),
    );
  });
});
