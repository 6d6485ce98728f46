import type { ExecutionContext } from '@nestjs/common';
import { type Authorizer, AuthService, type Principal } from 'nest-service-auth';
import { resolveOptions } from '../../lib/auth.options.schema.js';
import { Door } from '../../lib/guard/door.js';
import { Authenticators } from '../../lib/plan/authenticators.js';
import { PlanCompiler } from '../../lib/plan/compile.js';
import { somebody } from './guard/steps.js';

class Later implements Authorizer {
  async authorize({ username }: Principal) {
    await new Promise((resolve) => setImmediate(resolve));
    return username === 'alice';
  }
}

const findAuthorizer = () => new Later();
const compiler = new PlanCompiler({ schemes: {}, realm: 'api', authenticators: new Authenticators([]), findAuthorizer });
const door = new Door(resolveOptions({ roles: { clerk: ['/orders'] } }), { denied: () => undefined });
const unused = {} as never;
const service = new AuthService(compiler, door, unused, unused, unused);
const context = { getType: () => 'http' } as ExecutionContext;

it('authorize() waits for an asynchronous authorizer, and refuses as it does', async () => {
  const authorize = (username: string) => service.authorize(somebody({ username }), { authorizers: [Later] }, context);
  await expect(authorize('alice')).resolves.toBeUndefined();
  await expect(authorize('bob')).rejects.toMatchObject({ status: 403 });
});

describe('authorize()', () => {
  it('takes the permissions of roles for those of the principal', async () => {
    await expect(service.authorize(somebody({ roles: ['clerk'] }), { permissions: '/orders/7' })).resolves.toBeUndefined();
    await expect(service.authorize(somebody({ roles: ['visitor'] }), { permissions: '/orders/7' })).rejects.toMatchObject({ status: 403 });
  });

  it.each([undefined, null, {}, { username: 'alice' }, { username: 'alice', scopes: 'read', roles: [], permissions: [] }])(
    'refuses %j as unauthenticated: it is no principal',
    async (principal) => {
      await expect(service.authorize(principal as never, { scopes: 'read' })).rejects.toMatchObject({ status: 401 });
    },
  );

  it('asks no authorizer without an execution context, and refuses the caller', async () => {
    const asked = service.authorize(somebody({ username: 'alice' }), { authorizers: [Later] });
    await expect(asked).rejects.toThrow('requirements.authorizers: need an execution context');
  });

  it('checks every requirement, and refuses an empty list of them', async () => {
    const held = somebody({ scopes: ['read'], roles: ['clerk'] });
    await expect(service.authorize(held, { scopes: 'read', roles: 'manager' })).rejects.toMatchObject({ status: 403 });
    await expect(service.authorize(held, { scopes: 'write', roles: 'clerk' })).rejects.toMatchObject({ status: 403 });
    await expect(service.authorize(held, {} as never)).rejects.toThrow('requirements: requires nothing');
  });
});
