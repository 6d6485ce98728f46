import { claimsSettings } from '../../../../lib/strategies/claims/claims.schema.js';
import { nameRule, namesReader } from '../../../../lib/strategies/claims/names.js';
import { principalBy, refusalBy } from './makers.js';

describe('roles and permissions', () => {
  it('are one name where they are one string, blanks included', () => {
    const principal = principalBy({ roleKey: 'role', permissionKey: 'may' }, { role: 'Read Only Admin', may: ' /a b ' });
    expect(principal).toMatchObject({ roles: ['Read Only Admin'], permissions: [' /a b '] });
  });

  it('are none where the string is empty', () => {
    expect(principalBy({ roleKey: 'role' }, { role: '' }).roles).toEqual([]);
  });

  it('leave scopes words of a string', () => {
    expect(principalBy({}, { scope: 'a b' }).scopes).toEqual(['a', 'b']);
  });

  it('are united from several claims, each once, in the order of the keys', () => {
    const keys = ['realm_access.roles', 'resource_access.orders.roles', 'groups', 'missing'];
    const claims = {
      realm_access: { roles: ['staff', 'clerk'] },
      resource_access: { orders: { roles: ['clerk', 'boss'] } },
      groups: 'Read Only',
    };
    const principal = principalBy({ roleKey: keys, permissionKey: keys, scopeKey: keys }, claims);
    const roles = ['staff', 'clerk', 'boss', 'Read Only'];
    expect(principal).toMatchObject({ roles, permissions: roles, scopes: ['staff', 'clerk', 'boss', 'Read', 'Only'] });
  });

  it('are each there once, from one claim too', () => {
    expect(principalBy({ roleKey: 'roles' }, { roles: ['a', 'b', 'a'], scope: 'x x' })).toMatchObject({ roles: ['a', 'b'], scopes: ['x'] });
  });

  it('are none where no claim is named', () => {
    expect(claimsSettings({})).toMatchObject({ scopeKey: ['scope'], roleKey: [], permissionKey: [] });
    expect(namesReader([], nameRule(false))({ roles: ['a'] })).toEqual([]);
  });

  it('are read from a claim of exactly the name before a path', () => {
    expect(principalBy({ roleKey: 'a.b' }, { 'a.b': ['flat'], a: { b: ['deep'] } }).roles).toEqual(['flat']);
    expect(principalBy({ roleKey: 'https://x.y/z.roles.w' }, { 'https://x.y/z': { 'roles.w': ['deep'] } }).roles).toEqual(['deep']);
  });
});

describe('numbers as names', () => {
  const numericNames = true;

  it.each([
    [0, '0'],
    [42, '42'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('takes the sub %p', (sub, username) => {
    expect(principalBy({ numericNames }, { sub }).username).toBe(username);
  });

  it.each([[4.2], [-1], [2 ** 53], [Number.POSITIVE_INFINITY], [true], [[42]], [null], ['']])('refuses the sub %p all the same', (sub) => {
    expect(refusalBy({ numericNames }, { sub }).reason).toBe('malformed_subject');
    expect(refusalBy({ numericNames, usernameKey: 'email' }, { sub, email: 'jane' }).reason).toBe('malformed_subject');
  });

  it.each<[unknown, string]>([
    [4.2, 'another number'],
    [-1, 'another number'],
    [true, 'a boolean'],
    [[42], 'a list'],
  ])('says of the sub %j that it is %s', (sub, kind) => {
    const detail = `sub must be a string that is not empty or a whole number from 0 to 2^53 - 1, not ${kind}`;
    expect(refusalBy({ numericNames }, { sub })).toEqual({
      reason: 'malformed_subject',
      detail,
      explanation: `${detail} (${JSON.stringify(sub)} came)`,
    });
  });

  it('makes one name of 1 and "1"', () => {
    const config = { numericNames, roleKey: ['r', 's'], permissionKey: 'p' };
    expect(principalBy(config, { r: [1, '1', 2.5, {}], s: 7, p: 1 })).toMatchObject({ roles: ['1', '7'], permissions: ['1'] });
  });

  it('names callers and clients by numbers', () => {
    expect(principalBy({ numericNames, usernameKey: 'id' }, { id: 7, client_id: 8 })).toMatchObject({ username: '7', clientId: '8' });
  });

  it('leaves scopes strings', () => {
    expect(principalBy({ numericNames }, { scope: ['a', 1] }).scopes).toEqual(['a']);
  });

  it('are refused otherwise, and the refusal says that a number came and what to set; the number itself is for explanations', () => {
    expect(refusalBy({}, { sub: 42 })).toEqual({
      reason: 'malformed_subject',
      detail: 'sub must be a string that is not empty, not a number. To accept whole numbers as names, set numericNames: true',
      explanation:
        'sub must be a string that is not empty, not a number. To accept whole numbers as names, set numericNames: true (42 came)',
    });
    expect(principalBy({ roleKey: 'r' }, { r: [1, 'a'] }).roles).toEqual(['a']);
  });
});

describe('the claim of usernameKey', () => {
  it.each([
    [{ sub: 'john' }, 'the claim "user.id" of usernameKey must be a string that is not empty, but is missing'],
    [{ user: { id: '' } }, 'the claim "user.id" of usernameKey must be a string that is not empty, but is empty'],
    [{ user: { id: ['x'] } }, 'the claim "user.id" of usernameKey must be a string that is not empty, not a list'],
  ])('refuses %j', (claims, detail) => {
    expect(refusalBy({ usernameKey: 'user.id' }, claims)).toMatchObject({ reason: 'malformed_subject', detail });
  });

  it('is said to be missing once, in explanations too', () => {
    const { detail, explanation } = refusalBy({ usernameKey: 'email' }, { sub: 'john' });
    expect(explanation).toBe(detail);
  });
});
