import { Controller, Delete, Get, Module } from '@nestjs/common';
import { AuthModule, type ResourceAccessControl, ResourceAuth } from 'nest-service-auth';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { ApiKeyStrategy } from '../support/api-key.strategy.js';

@Controller('api/identity')
class IdentityController {
  @Get('users')
  list() {
    return 'list';
  }
  @Get('users/:id')
  view() {
    return 'view';
  }
  @Delete('users/:id')
  remove() {
    return 'removed';
  }
  @Get('public/info')
  info() {
    return 'info';
  }
  @ResourceAuth({ auth: false })
  @Get('declared-open')
  declaredOpen() {
    return 'open';
  }
  @Get('unlisted')
  unlisted() {
    return 'unlisted';
  }
}

function moduleWith(resourceAccessControl: ResourceAccessControl) {
  @Module({
    imports: [
      AuthModule.forRoot({
        schemes: { keys: { apiKeyConfig: { keys: { alice: ['view', 'list'], bob: ['list'] } } } },
        strategies: [ApiKeyStrategy],
        resourceAccessControl,
      }),
    ],
    controllers: [IdentityController],
  })
  class RulesModule {}
  return RulesModule;
}

const rules: ResourceAccessControl = {
  rules: [
    { context: '/api/identity/public/*', secured: false },
    { context: '/api/identity/users', secured: true, httpMethod: 'GET', scopes: ['list'] },
    { context: '/api/identity/users/*', secured: true, httpMethod: ['GET'], scopes: ['list', 'view'] },
  ],
};

describe.each(ADAPTERS)('access rules on %s', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(adapter, moduleWith(rules));
  });
  afterAll(() => running.app.close());
  const status = async (path: string, key?: string, method = 'GET') =>
    (await fetch(`${running.url}${path}`, { method, headers: key === undefined ? {} : { 'x-api-key': key } })).status;

  it.each([
    ['opens what a rule leaves open', '/api/identity/public/info', undefined, 'GET', 200],
    ['asks for credentials where a rule is secured', '/api/identity/users', undefined, 'GET', 401],
    ['admits a caller that holds the scopes', '/api/identity/users', 'bob', 'GET', 200],
    ['demands every scope of a rule', '/api/identity/users/7', 'bob', 'GET', 403],
    ['admits a caller that holds every scope', '/api/identity/users/7', 'alice', 'GET', 200],
    ['covers HEAD with a rule for GET', '/api/identity/users/7', undefined, 'HEAD', 401],
    ['refuses the unknown where no rule matches', '/api/identity/unlisted', undefined, 'GET', 401],
    ['forbids the known where no rule matches', '/api/identity/unlisted', 'alice', 'GET', 403],
    ['forbids a method that no rule is about', '/api/identity/users/7', 'alice', 'DELETE', 403],
    ['leaves a declared resource to its declaration', '/api/identity/declared-open', undefined, 'GET', 200],
    ['refuses a path with an encoded slash', '/api/identity/users/a%2Fb', 'alice', 'GET', 400],
    ['refuses a path with a semicolon', '/api/identity/users/a;b', 'alice', 'GET', 400],
  ])('%s', async (_, path, key, method, expected) => {
    expect(await status(path, key, method)).toBe(expected);
  });

  it('decides about the route that runs, whatever the case and the trailing slash that the router tolerates', async () => {
    const expected = adapter === 'express' ? 403 : 404;
    expect(await status('/API/Identity/USERS/7/', 'bob')).toBe(expected);
  });
});
