import { RolePermissions } from '../../../lib/guard/role-permissions.js';
import type { Principal } from '../../../lib/principal.js';
import { somebody } from './steps.js';

const ROLES = { clerk: ['/orders'], manager: ['/orders', '/stock'] };

describe('the permissions of roles', () => {
  const { complete } = new RolePermissions(ROLES);

  it('are added to those of the credential, each once', () => {
    expect(complete(somebody({ roles: ['clerk', 'manager'], permissions: ['/own', '/orders'] })).permissions).toEqual([
      '/own',
      '/orders',
      '/stock',
    ]);
  });

  it('change nothing of a caller without roles, and nothing where no roles have any', () => {
    const caller = somebody({ permissions: ['/own'] });
    expect(complete(caller)).toBe(caller);
    const clerk = somebody({ roles: ['clerk'] });
    expect(new RolePermissions(undefined).complete(clerk)).toBe(clerk);
    expect(complete(clerk)).not.toBe(clerk);
  });

  it('are none for a role with the name of a member that every object inherits', () => {
    const roles = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'clerk'];
    expect(complete(somebody({ roles })).permissions).toEqual(['/orders']);
  });

  it('are remembered for a principal that cannot change, and worked out again for one that can', () => {
    const frozen = somebody({ roles: ['clerk'] });
    expect(complete(frozen)).toBe(complete(frozen));
    const open: Principal = { ...frozen, roles: ['manager'] };
    expect(complete(open).permissions).toEqual(['/orders', '/stock']);
    Object.assign(open, { roles: ['clerk'] });
    expect(complete(open).permissions).toEqual(['/orders']);
    const half: Principal = Object.freeze({ ...frozen, roles: ['manager'] });
    expect(complete(half).permissions).toEqual(['/orders', '/stock']);
    (half.roles as string[]).splice(0, 1, 'clerk');
    expect(complete(half).permissions).toEqual(['/orders']);
  });
});
