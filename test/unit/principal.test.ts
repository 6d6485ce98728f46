import { createPrincipal } from 'nest-service-auth';

const withClaims = (claims: Record<string, unknown>) => createPrincipal({ scheme: 's', method: 'm', username: 'alice', claims });

describe('a principal', () => {
  const claims = { realm_access: { roles: ['a'] }, sub: 'alice' };
  const scopes = ['read'];
  const principal = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice', scopes, claims });
  const realm = principal.claims.realm_access as { roles: readonly string[] };

  it('is complete', () => {
    expect(principal).toEqual({ scheme: 'sts', method: 'jwt', username: 'alice', scopes: ['read'], roles: [], permissions: [], claims });
  });

  it('cannot be changed, however deep', () => {
    for (const part of [principal, principal.scopes, principal.roles, principal.permissions, principal.claims, realm, realm.roles])
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

describe('what a principal is made of', () => {
  class User {
    name = 'Alice';
    readonly posts: number[] = [];
    private readonly password: string = 'secret';

    rename(name: string): void {
      this.name = name;
    }

    toJSON() {
      return { name: this.name, hasPassword: this.password !== '' };
    }
  }

  it('can be changed after it, and does not change the principal', () => {
    const user = new User();
    const claims = { plain: { list: [1] }, user, at: new Date(0), map: new Map([['a', { b: 1 }]]), set: new Set([{ c: 1 }]) };
    const certificate = { subject: 'CN=a', issuer: 'CN=b', fingerprint256: 'AB', serialNumber: '01', validTo: 1 };
    const principal = createPrincipal({ scheme: 's', method: 'm', username: 'alice', claims, certificate });
    const before = JSON.stringify(principal);
    user.rename('Bob');
    user.posts.push(1);
    claims.plain.list.push(2);
    claims.at.setTime(1);
    claims.map.set('d', { b: 2 });
    claims.set.clear();
    certificate.subject = 'CN=mallory';
    for (const part of [claims, claims.plain, claims.plain.list, user, certificate]) expect(Object.isFrozen(part)).toBe(false);
    expect(JSON.stringify(principal)).toBe(before);
    expect(principal.claims).toEqual({
      plain: { list: [1] },
      user: { name: 'Alice', hasPassword: true },
      at: '1970-01-01T00:00:00.000Z',
      map: { a: { b: 1 } },
      set: [{ c: 1 }],
    });
  });

  it.each<[string, unknown, unknown]>([
    ['an object of a class', Object.assign(Object.create({ inherited: 1 }), { own: 1 }), { own: 1 }],
    ['functions and symbols', { f: () => 1, s: Symbol('s'), list: [() => 1] }, { list: [null] }],
    ['a big integer', 12345678901234567890n, '12345678901234567890'],
    ['octets', Buffer.from('ab'), { type: 'Buffer', data: [97, 98] }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['a date that is none', new Date(Number.NaN), null],
    ['its own JSON', { toJSON: () => ({ a: [1] }) }, { a: [1] }],
    ['null', null, null],
    [
      'a getter, and one that throws',
      {
        get good() {
          return [1];
        },
        get bad(): never {
          throw new Error('no');
        },
      },
      { good: [1] },
    ],
  ])('is copied as data, as JSON has it: %s', (_, given, copied) => {
    expect(withClaims({ given }).claims).toEqual({ given: copied });
  });

  it('may be a circle, be without end, or throw: what cannot be copied is left out', () => {
    const circle: Record<string, unknown> = { name: 'x' };
    circle.self = circle;
    const deep = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`);
    const endless = (): object => ({ toJSON: endless });
    const refuse = (): never => {
      throw new Error('no');
    };
    const hostile = new Proxy({}, { ownKeys: refuse, get: refuse });
    const principal = withClaims({ circle, deep, endless: endless(), hostile, good: 1 });
    expect(principal.claims).toMatchObject({ circle: { name: 'x' }, good: 1 });
    expect(principal.claims).not.toHaveProperty('hostile');
    expect(JSON.stringify(principal).length).toBeLessThan(1000);
  });

  it('is copied once where it is there many times: it cannot grow', () => {
    let value: unknown = ['x'];
    for (let level = 0; level < 30; level++) value = [value, value];
    expect(withClaims({ value }).claims).toHaveProperty('value');
  });

  it('does not become the prototype of its copy', () => {
    const { claims } = withClaims(JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>);
    expect(claims.admin).toBeUndefined();
    expect(Object.keys(claims)).toEqual(['__proto__']);
  });

  it('is not copied again where it is the copy of another principal', () => {
    const principal = withClaims({ a: { b: 1 } });
    expect(createPrincipal({ ...principal, roles: ['more'] }).claims).toBe(principal.claims);
  });
});
