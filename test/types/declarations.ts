// Compiled by `tsc -p test/tsconfig.json`: every @ts-expect-error is a promise of the types that users see.
import { applyDecorators, Controller, Get, type PipeTransform } from '@nestjs/common';
import {
  type AuthEntry,
  AuthModule,
  type Authorizer,
  type AuthSchemeConfigs,
  type AuthService,
  type AuthStrategy,
  CurrentPrincipal,
  createPrincipal,
  type Enrichment,
  type Principal,
  type PrincipalEnricher,
  ResourceAuth,
  type SchemeConfig,
  ServiceAuth,
  withArgs,
} from 'nest-service-auth';
import type { ApiKeyConfig } from '../support/api-key.strategy.js';
import type { ProbeConfig } from '../support/probe.strategy.js';

const apiKeyConfig: ApiKeyConfig = { keys: {} };
const probeConfig: ProbeConfig = { header: 'x' };

class Allowed implements Authorizer {
  authorize() {
    return true;
  }
}

class Limited implements Authorizer<{ readonly limit: number }> {
  authorize(_principal: Principal, _context: unknown, { limit }: { readonly limit: number }) {
    return limit > 0;
  }
}

// What may be written.

export const entries: AuthEntry[] = [
  'sts',
  { scheme: 'sts' },
  { scheme: 'sts', scopes: 'a', permissions: '/a', authorizers: [Allowed] },
  { apiKeyConfig },
  { apiKeyConfig, scopes: ['a', 'b'] },
  { allOf: ['sts', { apiKeyConfig }, { allOf: ['a', 'b'] }], scopes: { any: ['a'] } },
  { scheme: 'sts', scopes: { all: ['a'] } },
  { scheme: 'sts', roles: 'a' },
  { scheme: 'sts', roles: { any: ['a', 'b'] }, claims: { dept: 'sales', level: { any: [1, 2] }, 'a.b': { exists: true } } },
  { scheme: 'sts', authorizers: [Allowed, { use: Limited, args: { limit: 1 } }, withArgs(Limited, { limit: 1 })] },
];

@ServiceAuth({ auth: entries })
@Controller()
export class Good {
  @ResourceAuth({ auth: false })
  @Get()
  open(@CurrentPrincipal() who?: Principal) {
    return who;
  }

  @ResourceAuth({ auth: { scopes: 'a' } })
  async requirements(): Promise<void> {}

  @ResourceAuth({ auth: ['sts'] })
  protected notPublic(_number: number, _text: string) {}

  @applyDecorators(Get('composed'), ResourceAuth({ auth: ['sts'] }))
  composed() {}
}

@applyDecorators(Controller('composed'), ServiceAuth({ auth: ['sts'] }))
export class Composed {}

@ServiceAuth({ auth: false })
export abstract class Abstract {
  protected constructor(readonly anything: number) {}
}

class UserPipe implements PipeTransform<Principal | undefined, { name: string }> {
  transform(principal: Principal | undefined) {
    return { name: principal?.username ?? 'nobody' };
  }
}

export class WithPipes {
  several(
    @CurrentPrincipal(UserPipe) _byClass: { name: string },
    @CurrentPrincipal(new UserPipe()) _byInstance: { name: string },
    @CurrentPrincipal(UserPipe, new UserPipe()) _inTurn: { name: string },
  ) {}
}

// Wrong targets.

export class WrongTargets {
  // @ts-expect-error a service is a class
  @ServiceAuth({ auth: ['sts'] })
  method() {}

  // @ts-expect-error a resource is a method
  @ResourceAuth({ auth: ['sts'] })
  property = 1;

  // @ts-expect-error a service is a class
  @ServiceAuth({ auth: ['sts'] })
  other = 1;

  // @ts-expect-error a parameter is neither
  parameter(@ResourceAuth({ auth: ['sts'] }) _value: string) {}

  // @ts-expect-error a class that transforms nothing is no pipe
  pipe(@CurrentPrincipal(Allowed) _value: string) {}

  // @ts-expect-error neither is the name of a property
  name(@CurrentPrincipal('username') _value: string) {}

  // @ts-expect-error a method has no principal
  @CurrentPrincipal()
  principal() {}
}

// @ts-expect-error a class is no resource
@ResourceAuth({ auth: ['sts'] })
export class NoResource {}

// Wrong shapes of a service's declaration.

// @ts-expect-error something must be declared
ServiceAuth();
// @ts-expect-error auth is required
ServiceAuth({});
// @ts-expect-error entries stand in a list
ServiceAuth({ auth: 'sts' });
// @ts-expect-error entries stand in a list
ServiceAuth({ auth: { scheme: 'sts' } });
// @ts-expect-error a service has no entries to inherit
ServiceAuth({ auth: { scopes: 'a' } });
// @ts-expect-error only false opens
ServiceAuth({ auth: true });
// @ts-expect-error null says nothing
ServiceAuth({ auth: null });
// @ts-expect-error undefined says nothing
ServiceAuth({ auth: undefined });
// @ts-expect-error auth is all that there is
ServiceAuth({ auth: ['sts'], scopes: 'a' });

// Wrong shapes of a resource's declaration.

// @ts-expect-error auth is required
ResourceAuth({ scopes: 'a' });
// @ts-expect-error an entry stands in a list
ResourceAuth({ auth: { scheme: 'sts' } });
// @ts-expect-error an entry stands in a list
ResourceAuth({ auth: { apiKeyConfig } });
// @ts-expect-error a misspelt requirement
ResourceAuth({ auth: { scope: 'a' } });
// @ts-expect-error scopes that were not set
ResourceAuth({ auth: { scopes: undefined } });
// @ts-expect-error either any or all, by name
ResourceAuth({ auth: { scopes: { some: ['a'] } } });
// @ts-expect-error a scope is a string
ResourceAuth({ auth: { scopes: [1] } });
// @ts-expect-error an authorizer is a class, not an instance
ResourceAuth({ auth: { authorizers: [new Allowed()] } });
// @ts-expect-error an authorizer authorizes
ResourceAuth({ auth: { authorizers: [Good] } });

// @ts-expect-error either any or all, by name
ResourceAuth({ auth: { roles: { some: ['a'] } } });
// @ts-expect-error a role is a string
ResourceAuth({ auth: { roles: [1] } });
// @ts-expect-error a claim is not compared with an object
ResourceAuth({ auth: { claims: { dept: { name: 'a' } } } });
// @ts-expect-error several values stand in { any }
ResourceAuth({ auth: { claims: { dept: ['a'] } } });
// @ts-expect-error a claim cannot be required not to exist
ResourceAuth({ auth: { claims: { dept: { exists: false } } } });
// @ts-expect-error an authorizer that needs arguments is named with them
ResourceAuth({ auth: { authorizers: [Limited] } });
// @ts-expect-error the arguments are part of it
ResourceAuth({ auth: { authorizers: [{ use: Limited }] } });
// @ts-expect-error the arguments are those of the authorizer
withArgs(Limited, { limit: 'a' });
// @ts-expect-error an unknown argument
withArgs(Limited, { limit: 1, max: 2 });
// @ts-expect-error an access rule has no authorizers
AuthModule.forRoot({ resourceAccessControl: { rules: [{ context: '/a', secured: true, authorizers: [Allowed] }] } });

// Wrong entries.

export const wrong: AuthEntry[] = [
  // @ts-expect-error an unknown config
  { apiKeysConfig: apiKeyConfig },
  // @ts-expect-error two configs in an entry
  { apiKeyConfig, probeConfig },
  // @ts-expect-error a config beside a scheme
  { scheme: 'sts', apiKeyConfig },
  // @ts-expect-error a config beside allOf
  { allOf: ['sts', 'keys'], apiKeyConfig },
  // @ts-expect-error a scheme beside allOf
  { scheme: 'sts', allOf: ['sts', 'keys'] },
  // @ts-expect-error a misspelt requirement
  { scheme: 'sts', scope: 'a' },
  // @ts-expect-error an unknown field of a config
  { apiKeyConfig: { keys: {}, key: {} } },
  // @ts-expect-error a config without what it needs
  { apiKeyConfig: {} },
  // @ts-expect-error requirements without entries
  { scopes: 'a' },
  // @ts-expect-error nothing
  {},
  // @ts-expect-error a scheme has a name
  { scheme: 1 },
];

// Wrong options.

AuthModule.forRoot({ schemes: { keys: { apiKeyConfig } }, defaultAuth: ['keys'], roles: { admin: ['/'] } });
// @ts-expect-error an unknown option
AuthModule.forRoot({ scheme: { keys: { apiKeyConfig } } });
// @ts-expect-error requirements stand where a scheme is used
AuthModule.forRoot({ schemes: { keys: { apiKeyConfig, scopes: 'a' } } });
// @ts-expect-error one config for each scheme
AuthModule.forRoot({ schemes: { keys: { apiKeyConfig, probeConfig } } });
// @ts-expect-error an unknown policy
AuthModule.forRoot({ unannotated: 'open' });
// @ts-expect-error an unknown body
AuthModule.forRoot({ responseBody: 'xml' });
// @ts-expect-error a strategy is a class with a config key
AuthModule.forRoot({ strategies: [Good] });
// @ts-expect-error classes stand beside the factory
AuthModule.forRootAsync({ useFactory: () => ({ strategies: [] }) });

// What strategies are given and must give.

export const scheme: SchemeConfig = { apiKeyConfig };
export const configKey: keyof AuthSchemeConfigs = 'apiKeyConfig';
// @ts-expect-error a verdict says how it came out
export const guess: ReturnType<Awaited<ReturnType<AuthStrategy['prepare']>>['authenticate']> = true;
// @ts-expect-error a principal has a name
createPrincipal({ scheme: 'a', method: 'b' });
// @ts-expect-error a principal does not change
createPrincipal({ scheme: 'a', method: 'b', username: 'c' }).username = 'd';

// Who may come: groups, optional authentication, the application's own user.

declare module 'nest-service-auth' {
  interface AuthUser {
    readonly plan?: string;
  }
}

class Loads implements PrincipalEnricher {
  enrich({ username }: Principal): Enrichment | undefined {
    return username === '' ? undefined : { roles: ['reader'], user: { plan: 'gold' } };
  }
}

class AddsScopes implements PrincipalEnricher {
  enrich(): Enrichment {
    // @ts-expect-error scopes are what was granted
    return { scopes: ['admin'] };
  }
}

export const enriching = [
  AuthModule.forRoot({
    schemes: { a: { apiKeyConfig }, all: ['a', 'anonymous'] },
    enricher: Loads,
    enricherCache: { maxAge: 60 },
    guardOrder: 'first',
  }),
  AuthModule.forRootAsync({ enricher: Loads, useFactory: () => ({ enricherCache: { capacity: 10, maxAge: 60 } }) }),
  // @ts-expect-error maxAge says how long a removed user keeps its access
  AuthModule.forRoot({ enricher: Loads, enricherCache: {} }),
  // @ts-expect-error a class, not an instance
  AuthModule.forRoot({ enricher: new Loads() }),
  // @ts-expect-error not an order
  AuthModule.forRoot({ guardOrder: 'last' }),
  AddsScopes,
];

export async function callers(service: AuthService, principal: Principal) {
  const known: string = (await service.authenticate(undefined, ['a'])).username;
  // @ts-expect-error there may be no caller
  const unknown: string = (await service.authenticate(undefined, ['a', 'anonymous'])).username;
  const plan: string | undefined = principal.user?.plan;
  // @ts-expect-error not a property of the user
  return [known, unknown, plan, principal.user?.age];
}
