import { grants } from '../../../lib/requirements/permissions.js';
import { holding, lacking } from './lacking.js';

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
    expect(lacking({ permissions }, holding({ permissions: held }))).toBe(met ? undefined : 'insufficient_permission');
  });

  it('are asked after the scopes', () => {
    expect(lacking({ scopes: 'a', permissions: '/a' }, holding({}))).toBe('insufficient_scope');
  });

  it.each(['..', '../admin', '/admin/..', '/admin/../users', './admin', '/admin/.'])('cannot have a segment of dots: %s', (path) => {
    expect(() => lacking({ permissions: path }, holding({}))).toThrow('has a segment of dots');
  });

  it.each(['/a.b', '/...', '/.well-known'])('may have other dots: %s', (path) => {
    expect(lacking({ permissions: path }, holding({ permissions: [path] }))).toBeUndefined();
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
