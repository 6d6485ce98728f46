import { Controller, Get, Module, type Type, VERSION_NEUTRAL, type VersioningOptions, VersioningType } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { AuthService, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';

const schemes = { keys: { apiKeyConfig: { keys: { alice: [] } } } };

/** Two controllers of one name and path, which only the version tells apart, and one that is bound to hosts. */
function controllers() {
  const versioned = (version: string | string[] | typeof VERSION_NEUTRAL, auth: ['keys'] | false) => {
    @ServiceAuth({ auth })
    @Controller({ path: 'shelf', version })
    class ShelfController {
      @Get()
      list() {}
    }
    return ShelfController;
  };
  @ServiceAuth({ auth: ['keys'] })
  @Controller({ path: 'tenant', host: ['a.example.com', /^b\./], version: VERSION_NEUTRAL })
  class TenantController {
    @Get()
    list() {}
  }
  return [versioned('1', ['keys']), versioned(['2', '3'], false), versioned(VERSION_NEUTRAL, ['keys']), TenantController];
}

it.each(ADAPTERS.flatMap((adapter) => [[adapter, 'header'] as const, [adapter, 'URI'] as const]))(
  'the policy says which version is open, and for which host, on %s with versions in the %s',
  async (adapter, kind) => {
    const options: VersioningOptions = kind === 'URI' ? { type: VersioningType.URI } : { type: VersioningType.HEADER, header: 'x-version' };
    const app = await createApp(
      adapter,
      appModule({ auth: { schemes }, controllers: controllers().slice(0, adapter === 'fastify' ? 3 : 4) }),
    );
    app.enableVersioning(options);
    await app.init();
    const rows = app
      .get(AuthService)
      .policy()
      .map(({ path, version, host, access }) => [path, version, host, access]);
    await app.close();
    const at = (version: string) => (kind === 'URI' ? `/v${version}/shelf` : '/shelf');
    const tenants = [
      ['/tenant', undefined, '/^b\\./', 'protected'],
      ['/tenant', undefined, 'a.example.com', 'protected'],
    ];
    const shelves = [
      ['/shelf', undefined, undefined, 'protected'],
      [at('1'), '1', undefined, 'protected'],
      [at('2'), '2', undefined, 'open'],
      [at('3'), '3', undefined, 'open'],
    ];
    expect(new Set(rows)).toEqual(new Set([...shelves, ...(adapter === 'fastify' ? [] : tenants)]));
  },
);

it.each(ADAPTERS)('the policy names every path of a controller that two modules have, on %s', async (adapter) => {
  const [shelf] = controllers();
  @Module({ controllers: [shelf as Type] })
  class Old {}
  @Module({ controllers: [shelf as Type] })
  class New {}
  const routes = RouterModule.register([
    { path: 'old', module: Old },
    { path: 'new', module: New },
  ]);
  const app = await createApp(adapter, appModule({ auth: { schemes }, imports: [Old, New, routes] }));
  await app.init();
  const paths = app
    .get(AuthService)
    .policy()
    .map(({ path }) => path);
  await app.close();
  expect(paths).toEqual(['/new/shelf', '/old/shelf']);
});
