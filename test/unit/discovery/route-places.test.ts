import { All, Controller, Get, Module, Post, RequestMethod, VERSION_NEUTRAL, Version, VersioningType } from '@nestjs/common';
import { type ApplicationConfig, RouterModule } from '@nestjs/core';
import { discovered } from './discovered.js';

@Controller('orders')
class Orders {
  @Get()
  list() {}
  @Post('/new')
  create() {}
  @All(['a', '/b'])
  any() {}
}

@Controller(['one', '/two'])
class Several {
  @Get('x')
  list() {}
}

@Controller()
class Repeating {
  @Get(['x', '/x'])
  list() {}
}

@Controller()
class Root {
  @Get()
  home() {}
}

@Controller({ path: 'things', version: ['1', '2'] })
class Versioned {
  @Get()
  list() {}
  @Version('3')
  @Get('new')
  newest() {}
  @Version(VERSION_NEUTRAL)
  @Get('any')
  any() {}
}

@Controller('plain')
class Unversioned {
  @Get()
  list() {}
}

@Controller({ path: 'hosted', host: [':tenant.example.com', /^admin\./] })
class Hosted {
  @Get()
  list() {}
}

@Controller({ path: 'everywhere', host: '' })
class Everywhere {
  @Get()
  list() {}
}

@Controller({ path: 'both', version: '1', host: 'api.example.com' })
class VersionedHosted {
  @Get()
  list() {}
}

const uri = (config: ApplicationConfig) => config.enableVersioning({ type: VersioningType.URI });
const header = (defaultVersion?: string) => (config: ApplicationConfig) =>
  config.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', ...(defaultVersion !== undefined && { defaultVersion }) });
const prefix = (config: ApplicationConfig) => {
  config.setGlobalPrefix('api');
  const exclude = [{ path: '/orders/new', requestMethod: RequestMethod.POST, pathRegex: /^\/orders\/new$/ }];
  config.setGlobalPrefixOptions({ exclude });
};

/** Where each method is served: the request line, the version and the host. */
async function placesOf(types: readonly (new () => object)[], configure?: (config: ApplicationConfig) => void) {
  const { catalog } = await discovered({ controllers: [...types] }, configure);
  return Object.fromEntries(catalog.routes.map(({ name, method, paths, places }) => [name, { method, paths, places }]));
}

describe('the places of a route', () => {
  it('are its paths below its controller, each with a slash before it', async () => {
    expect(await placesOf([Orders])).toEqual({
      list: { method: 'GET', paths: ['/orders'], places: [{ path: '/orders' }] },
      create: { method: 'POST', paths: ['/orders/new'], places: [{ path: '/orders/new' }] },
      any: { method: 'ALL', paths: ['/orders/a', '/orders/b'], places: [{ path: '/orders/a' }, { path: '/orders/b' }] },
    });
    expect((await placesOf([Several])).list?.paths).toEqual(['/one/x', '/two/x']);
    expect((await placesOf([Repeating])).list).toMatchObject({ paths: ['/x'], places: [{ path: '/x' }] });
    expect((await placesOf([Root])).home?.places).toEqual([{ path: '/' }]);
  });

  it('are below the global prefix, but for what is excluded from it for this method', async () => {
    const { list, create } = await placesOf([Orders], prefix);
    expect([list?.paths, create?.paths]).toEqual([['/api/orders'], ['/orders/new']]);
  });

  it('have each version that leads there, and its own path where it stands in that', async () => {
    const { list, newest, any } = await placesOf([Versioned], uri);
    expect(list).toEqual({
      method: 'GET',
      paths: ['/v1/things', '/v2/things'],
      places: [
        { path: '/v1/things', version: '1' },
        { path: '/v2/things', version: '2' },
      ],
    });
    expect([newest?.places, any?.places]).toEqual([[{ path: '/v3/things/new', version: '3' }], [{ path: '/things/any' }]]);
  });

  it('have the path once, where the versions stand in a header', async () => {
    const { list } = await placesOf([Versioned], header());
    expect(list?.paths).toEqual(['/things']);
    expect(list?.places.map(({ version }) => version)).toEqual(['1', '2']);
  });

  it('have the default version where none is declared, and none without a default', async () => {
    expect((await placesOf([Unversioned], header('7'))).list?.places).toEqual([{ path: '/plain', version: '7' }]);
    expect((await placesOf([Unversioned], header())).list?.places).toEqual([{ path: '/plain' }]);
  });

  it('have no version where the application has none', async () => {
    expect((await placesOf([Versioned])).list?.places).toEqual([{ path: '/things' }]);
  });

  it('have each host that leads there', async () => {
    expect((await placesOf([Hosted])).list).toMatchObject({
      paths: ['/hosted'],
      places: [
        { path: '/hosted', host: ':tenant.example.com' },
        { path: '/hosted', host: '/^admin\\./' },
      ],
    });
    expect((await placesOf([Everywhere])).list?.places).toEqual([{ path: '/everywhere' }]);
    expect((await placesOf([VersionedHosted], uri)).list?.places).toEqual([{ path: '/v1/both', version: '1', host: 'api.example.com' }]);
  });

  it('are those of every module that lists the controller, each with the path of the module', async () => {
    @Module({ controllers: [Orders] })
    class First {}
    @Module({ controllers: [Orders] })
    class Second {}
    const below = RouterModule.register([{ path: 'first', module: First }]);
    const { catalog } = await discovered({ imports: [First, Second, below] });
    const list = catalog.routes.find(({ name }) => name === 'list');
    expect([list?.paths, list?.places]).toEqual([
      ['/first/orders', '/orders'],
      [{ path: '/first/orders' }, { path: '/orders' }],
    ]);
  });

  it('are counted twice as paths, and once as places, where two modules serve them alike', async () => {
    @Module({ controllers: [Orders] })
    class First {}
    @Module({ controllers: [Orders] })
    class Second {}
    const { catalog } = await discovered({ imports: [First, Second] });
    const list = catalog.routes.find(({ name }) => name === 'list');
    expect([list?.paths, list?.places]).toEqual([['/orders', '/orders'], [{ path: '/orders' }]]);
  });
});
