import { Controller, Get, Inject, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { AuthEventSink, AuthModule, type AuthModuleExtras, type AuthModuleOptions, type AuthStrategy } from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { bootError } from '../support/app.js';
import { statusOfHalfBooted } from '../support/half-booted.js';

@Injectable({ scope: Scope.REQUEST })
class Tenant {}

/** A singleton by its own account, which a dependency makes request-scoped. */
@Injectable()
class Tenants {
  constructor(@Inject(Tenant) readonly tenant: Tenant) {}
}

@Module({ providers: [Tenant, Tenants], exports: [Tenants, Tenant] })
class TenantsModule {}

@Injectable()
class RequestSink extends AuthEventSink {
  constructor(@Inject(REQUEST) readonly request: object) {
    super();
  }
  denied() {}
}

/** Injects into a property. */
@Injectable()
class TenantSink extends AuthEventSink {
  @Inject(Tenants) readonly tenants: Tenants | undefined;
  denied() {}
}

@Injectable({ scope: Scope.REQUEST })
class ScopedSink extends AuthEventSink {
  denied() {}
}

@Injectable()
class TenantStrategy implements AuthStrategy {
  readonly configKey = 'tenantConfig';
  constructor(@Inject(Tenants) readonly tenants: Tenants) {}
  prepare(): never {
    throw new Error('is never asked');
  }
}

@Controller('bare')
class BareController {
  @Get()
  list() {
    return 'let in';
  }
}

const forRoot = (extras: AuthModuleExtras) =>
  AuthModule.forRoot({ unannotated: 'deny', imports: [TenantsModule], ...extras } as AuthModuleOptions & AuthModuleExtras);
const forRootAsync = (token: Type) =>
  AuthModule.forRootAsync({ imports: [TenantsModule], inject: [token], useFactory: () => ({ unannotated: 'deny' }) });

describe.each(ADAPTERS)('something request-scoped that AuthModule depends on, on %s', (adapter) => {
  it.each([
    ['RequestSink depends on REQUEST', () => forRoot({ eventSink: RequestSink })],
    ['Tenants depends on Tenant', () => forRoot({ eventSink: TenantSink })],
    ['ScopedSink, which is request-scoped', () => forRoot({ eventSink: ScopedSink })],
    ['Tenants depends on Tenant', () => forRoot({ strategies: [TenantStrategy] })],
    ['depends on Tenant, which is request-scoped', () => forRootAsync(Tenant)],
    ['Tenants depends on Tenant', () => forRootAsync(Tenants)],
  ])('stops the boot, names the provider, and leaves no route open: %s', async (words, auth) => {
    const module = { module: class AppModule {}, imports: [auth()], controllers: [BareController] };
    const { message } = await bootError(adapter, module);
    expect(message).toContain(words);
    expect(message).toContain('which is request-scoped: AuthModule and all that it uses must be singletons');
    const app = await createApp(adapter, module);
    await expect(app.init()).rejects.toThrow('request-scoped');
    expect(await statusOfHalfBooted(app, '/bare')).toBe(503);
    await app.close();
  });
});
