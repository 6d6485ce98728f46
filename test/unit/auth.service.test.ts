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
const door = new Door(resolveOptions({}), { denied: () => undefined });
const unused = {} as never;
const service = new AuthService(compiler, door, unused, unused, unused);
const context = { getType: () => 'http' } as ExecutionContext;

it('authorize() waits for an asynchronous authorizer, and refuses as it does', async () => {
  const authorize = (username: string) => service.authorize(somebody({ username }), { authorizers: [Later] }, context);
  await expect(authorize('alice')).resolves.toBeUndefined();
  await expect(authorize('bob')).rejects.toMatchObject({ status: 403 });
});
