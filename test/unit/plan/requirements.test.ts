import { createPrincipal } from 'nest-service-auth';
import { grants } from '../../../lib/plan/permission.js';
import { parseRequirements, unmet } from '../../../lib/plan/requirements.js';

const holding = (scopes: string[], permissions: string[] = []) =>
  createPrincipal({ scheme: 's', method: 'm', username: 'u', scopes, permissions });

describe('scopes', () => {
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
  ])('%j is met by %j: %p', (scopes, held, met) => {
    expect(unmet(parseRequirements({ scopes }), holding(held))).toBe(met ? undefined : 'insufficient_scope');
  });
});

describe('permissions', () => {
  it.each<[string | string[], string[], boolean]>([
    ['/permission/admin', ['/permission/admin'], true],
    ['/permission/admin/login', ['/permission/admin'], true],
    ['/permission/admin/manage/users', ['/permission'], true],
    ['/permission/admin', ['/permission/admin/login'], false],
    ['/permission/administrator', ['/permission/admin'], false],
    ['/permission/admin', ['/permission/admin/'], false],
    ['/permission/admin/login', ['/permission/admin/'], true],
    ['/anything', ['/'], true],
    ['anything', ['/'], false],
    ['read:orders', ['read:orders'], true],
    ['read:orders', ['read'], false],
    ['/a', [''], false],
    ['/Permission', ['/permission'], false],
    [['/a/b', '/c'], ['/a', '/c'], true],
    [['/a/b', '/c'], ['/a'], false],
    ['/a', [], false],
  ])('%j is granted by %j: %p', (permissions, held, met) => {
    expect(unmet(parseRequirements({ permissions }), holding([], held))).toBe(met ? undefined : 'insufficient_permission');
  });

  it('are asked after the scopes', () => {
    expect(unmet(parseRequirements({ scopes: 'a', permissions: '/a' }), holding([]))).toBe('insufficient_scope');
  });

  it('never grant upwards or sideways', () => {
    const paths = ['/', '/a', '/a/b', '/a/bc', '/ab', '/a/b/c'];
    for (const held of paths)
      for (const required of paths) {
        const inside = (path: string) => path.split('/').filter(Boolean);
        const below = inside(held).every((segment, index) => inside(required)[index] === segment);
        expect([held, required, grants(held, required)]).toEqual([held, required, below]);
      }
  });
});
