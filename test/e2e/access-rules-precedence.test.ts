import { Controller, Get, Module } from '@nestjs/common';
import { AuthService, ResourceAuth, type ResourceDeclaration, ServiceAuth, type ServiceDeclaration } from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, bootError, withApp } from '../support/app.js';

/** What is said about one route, from the strongest to the weakest; a field that is missing is not said. */
interface Said {
  readonly resource?: ResourceDeclaration;
  readonly service?: ServiceDeclaration;
  readonly rule?: 'open' | 'secured';
  readonly defaultAccess?: 'deny' | 'allow';
  readonly defaultAuth?: ServiceDeclaration;
}

function moduleFor({ resource, service, rule, defaultAccess, defaultAuth }: Said) {
  @Controller('things')
  class ThingsController {
    @Get()
    list() {
      return 'things';
    }
  }
  if (service !== undefined) ServiceAuth({ auth: service })(ThingsController);
  const list = Object.getOwnPropertyDescriptor(ThingsController.prototype, 'list')!;
  if (resource !== undefined) ResourceAuth({ auth: resource })(ThingsController.prototype, 'list', list);
  const rules =
    rule === undefined ? [] : [{ context: '/things', secured: rule === 'secured', ...(rule === 'secured' && { scopes: ['rule'] }) }];
  @Module({})
  class ThingsModule {}
  return appModule({
    auth: {
      schemes: { keys: { apiKeyConfig: { keys: { alice: ['rule', 'service', 'resource', 'default'], bob: [] } } } },
      resourceAccessControl: { rules, ...(defaultAccess && { defaultAccess }) },
      ...(defaultAuth !== undefined && { defaultAuth }),
    },
    imports: [ThingsModule],
    controllers: [ThingsController],
  });
}

const keys = (scope: string) => [{ scheme: 'keys', scopes: scope }];
const service = keys('service');

/** The source, and the statuses for nobody, for somebody without scopes and for somebody with all of them. */
const TABLE: [Said, string, [number, number, number]][] = [
  [{ resource: keys('resource'), service, rule: 'open' }, 'resource', [401, 403, 200]],
  [{ resource: false, service, rule: 'secured' }, 'resource', [200, 200, 200]],
  [{ resource: { scopes: 'resource' }, service, rule: 'open' }, 'resource', [401, 403, 200]],
  [{ resource: { scopes: 'resource' }, rule: 'open', defaultAuth: ['keys'] }, 'resource', [401, 403, 200]],
  [{ service, rule: 'open', defaultAuth: false }, 'service', [401, 403, 200]],
  [{ service: false, rule: 'secured', defaultAuth: ['keys'] }, 'service', [200, 200, 200]],
  [{ service: ['keys'], rule: 'secured' }, 'service', [401, 200, 200]],
  [{ rule: 'secured' }, 'rule 0', [401, 403, 200]],
  [{ rule: 'secured', defaultAuth: false }, 'rule 0', [401, 403, 200]],
  [{ rule: 'open', defaultAuth: ['keys'] }, 'rule 0', [200, 200, 200]],
  [{ rule: 'open', defaultAccess: 'deny' }, 'rule 0', [200, 200, 200]],
  [{ defaultAuth: keys('default') }, 'default', [401, 403, 200]],
  [{ defaultAuth: false }, 'default', [200, 200, 200]],
  [{ defaultAccess: 'deny', defaultAuth: ['keys'] }, 'default access', [401, 403, 403]],
  [{ defaultAccess: 'allow', defaultAuth: ['keys'] }, 'default access', [200, 200, 200]],
  [{}, 'default access', [401, 403, 403]],
];

describe.each(ADAPTERS)('the strongest of resource, service, rule and default, on %s', (adapter) => {
  it.each(TABLE)('decides: %j is answered by the %s with %j', async (said, source, statuses) => {
    await withApp(adapter, moduleFor(said), async ({ app, url }) => {
      const status = async (key?: string) =>
        (await fetch(`${url}/things`, { headers: key === undefined ? {} : { 'x-api-key': key } })).status;
      expect([await status(), await status('bob'), await status('alice')]).toEqual(statuses);
      expect(app.get(AuthService).policy()[0]?.source).toBe(source);
    });
  });

  it('is no rule for requirements that need entries: rules hand nothing down', async () => {
    const error = await bootError(adapter, moduleFor({ resource: { scopes: 'x' }, rule: 'secured' }));
    expect(error.message).toMatch(/has requirements but no entries to inherit/);
  });
});
