import { createPrincipal } from 'nest-service-auth';

describe('a principal', () => {
  const claims = { realm_access: { roles: ['a'] }, sub: 'alice' };
  const scopes = ['read'];
  const principal = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice', scopes, claims });

  it('is complete', () => {
    expect(principal).toEqual({ scheme: 'sts', method: 'jwt', username: 'alice', scopes: ['read'], roles: [], permissions: [], claims });
  });

  it('cannot be changed, however deep', () => {
    for (const part of [principal, principal.scopes, principal.roles, principal.permissions, principal.claims, claims.realm_access.roles])
      expect(Object.isFrozen(part)).toBe(true);
    expect(() => (principal.scopes as string[]).push('admin')).toThrow(TypeError);
  });

  it('does not follow the list that it was made from', () => {
    scopes.push('admin');
    expect(principal.scopes).toEqual(['read']);
  });

  it('survives a journey as JSON', () => {
    expect(JSON.parse(JSON.stringify(principal))).toEqual(principal);
  });
});
