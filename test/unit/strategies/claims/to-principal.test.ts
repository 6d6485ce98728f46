import { jest } from '@jest/globals';
import type { ToPrincipal } from 'nest-service-auth';
import { made, principalBy, refusalBy } from './makers.js';

const CLAIMS = { sub: 'u1', scope: 'a b', roles: { admin: {}, 'corporate member': {} }, groups: ['g'] };
const by = (toPrincipal: unknown, config: object = {}) => ({ toPrincipal, roleKey: 'groups', ...config });
const mistakeOf = (toPrincipal: unknown, config: object = {}) => {
  const { reason, detail } = refusalBy(by(toPrincipal, config), { ...CLAIMS });
  expect(reason).toBe('refused_by_to_principal');
  return detail;
};

describe('toPrincipal', () => {
  it('makes the parts that it returns; the keys make the others', () => {
    const toPrincipal: ToPrincipal = ({ roles }) => ({ roles: Object.keys(roles as object) });
    expect(principalBy(by(toPrincipal), { ...CLAIMS })).toMatchObject({
      username: 'u1',
      scopes: ['a', 'b'],
      roles: ['admin', 'corporate member'],
      permissions: [],
    });
    expect(
      principalBy(
        by(() => ({ roles: undefined })),
        { ...CLAIMS },
      ).roles,
    ).toEqual(['g']);
    expect(
      principalBy(
        by(() => ({ roles: [] })),
        { ...CLAIMS },
      ).roles,
    ).toEqual([]);
    expect(
      principalBy(
        by(() => ({ username: 'x', scopes: ['s'], permissions: ['p'] })),
        { ...CLAIMS },
      ),
    ).toMatchObject({
      username: 'x',
      scopes: ['s'],
      permissions: ['p'],
    });
  });

  it('is called once, with a copy: what it changes is not seen in the principal', () => {
    const toPrincipal = jest.fn<ToPrincipal>((claims) => {
      (claims.groups as string[]).push('admin');
      claims.sub = 'mallory';
      return {};
    });
    expect(principalBy(by(toPrincipal), { ...CLAIMS })).toMatchObject({ username: 'u1', roles: ['g'], claims: CLAIMS });
    expect(toPrincipal).toHaveBeenCalledTimes(1);
  });

  it('names the caller in place of a usernameKey that the token lacks, but not of a sub that is no name', () => {
    const toPrincipal = () => ({ username: 'x' });
    expect(principalBy(by(toPrincipal, { usernameKey: 'email' }), { ...CLAIMS }).username).toBe('x');
    expect(refusalBy(by(toPrincipal), { sub: 7 }).reason).toBe('malformed_subject');
  });

  it('refuses the token if it throws, whatever it throws', () => {
    const thrower = (value: unknown) => () => {
      throw value;
    };
    expect(mistakeOf(thrower(new Error('no such tenant\nforged line')))).toBe(String.raw`toPrincipal threw "no such tenant\nforged line"`);
    for (const value of [undefined, null, 7, 'x', Symbol('s'), Object.create(null)])
      expect(mistakeOf(thrower(value))).toMatch(/^toPrincipal threw "/);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /returned nothing\. It must return an object with any of username, scopes, roles, permissions/],
    ['null', null, /returned null/],
    ['a list', [], /returned a list/],
    ['a string', 'admin', /returned a string/],
    ['a promise', Promise.resolve({}), /returned a promise\. It must be synchronous/],
    ['a promise that fails', Promise.reject(new Error('late')), /returned a promise/],
    ['a map', new Map(), /returned an object of a class/],
    ['an iterator', [][Symbol.iterator](), /returned an object of a class/],
    ['a name that is empty', { username: '' }, /username must not be empty/],
    ['a name that is no string', { username: 7 }, /username must be a string, not a number/],
    ['roles in one string', { roles: 'admin' }, /roles must be a list of strings, not a string/],
    ['roles in a set', { roles: new Set(['a']) }, /roles must be a list of strings, not an object/],
    ['roles that are null', { roles: null }, /roles must be a list of strings, not null/],
    ['a role that is empty', { roles: ['a', ''] }, /roles\[1\] must not be empty/],
    ['a role that is left out', { roles: [undefined] }, /roles\[0\] has no value/],
    ['a hole', { permissions: new Array(1) }, /permissions\[0\] has no value/],
    ['a scope that is an object', { scopes: [{}] }, /scopes\[0\] must be a string, not an object/],
    ['a member that is misspelled', { role: ['a'] }, /unknown member "role"\. Did you mean "roles"\?/],
  ])('refuses the token if it returns %s, and names the mistake', (_what, result, mistake) => {
    expect(mistakeOf(() => result)).toMatch(mistake);
  });

  it.each<[string, unknown]>([
    ['an object without a prototype', Object.assign(Object.create(null), { roles: ['a'] })],
    ['an unknown member that has no value', { roles: ['a'], tenant: undefined }],
  ])('may return %s', (_what, result) => {
    expect(
      principalBy(
        by(() => result),
        { ...CLAIMS },
      ).roles,
    ).toEqual(['a']);
  });

  it('refuses the token if its result cannot be read', () => {
    const hostile = {
      get roles(): never {
        throw new Error('not readable');
      },
    };
    expect(mistakeOf(() => hostile)).toBe('toPrincipal threw "not readable"');
  });

  it('takes numbers where numericNames takes them, but no numbers as scopes', () => {
    expect(
      principalBy(
        by(() => ({ username: 1, roles: [2, '2'] }), { numericNames: true }),
        { ...CLAIMS },
      ),
    ).toMatchObject({
      username: '1',
      roles: ['2'],
    });
    expect(mistakeOf(() => ({ scopes: [1] }), { numericNames: true })).toMatch(/scopes\[0\] must be a string/);
  });

  it.each([
    ['a string', 'x', /toPrincipal: must be a function, not a string/],
    ['an asynchronous function', async () => ({}), /toPrincipal: must be synchronous/],
    ['a generator', function* () {}, /toPrincipal: must be synchronous/],
  ])('stops the boot if it is %s', (_what, toPrincipal, message) => {
    expect(() => made(by(toPrincipal), {})).toThrow(message);
  });

  it('freezes nothing of the application', () => {
    const result = { roles: ['a'] };
    principalBy(
      by(() => result),
      { ...CLAIMS },
    );
    expect([Object.isFrozen(result), Object.isFrozen(result.roles)]).toEqual([false, false]);
  });
});
