import { Controller, Get, Scope } from '@nestjs/common';
import { RouterExecutionContext } from '@nestjs/core/router/router-execution-context.js';
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, bootError, withApp } from '../support/app.js';

type Handler = (this: unknown, ...args: unknown[]) => unknown;
/** Makes a function that runs another in its place. */
type Wrap = (handler: Handler) => Handler;

@ServiceAuth({ auth: ['keys'] })
@Controller('orders')
class OrderController {
  @Get()
  list() {
    return 'orders';
  }

  @ResourceAuth({ auth: { scopes: 'admin' } })
  @Get('admin')
  admin() {
    return 'admin';
  }

  @ResourceAuth({ auth: false })
  @Get('health')
  health() {
    return 'up';
  }
}

@Controller('archive')
class ArchiveController extends OrderController {
  @ResourceAuth({ auth: false })
  @Get()
  override list() {
    return 'archive';
  }
}

@ServiceAuth({ auth: ['keys'] })
@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController extends OrderController {}

const auth = { schemes: { keys: { apiKeyConfig: { keys: { alice: [], root: ['admin'] } } } } };
const controllers = [OrderController, ArchiveController, ScopedController];

/** What nobody, alice and root get, for each route. */
async function statusesOf(url: string): Promise<Record<string, number[]>> {
  const statuses: Record<string, number[]> = {};
  for (const path of ['orders', 'orders/admin', 'orders/health', 'archive', 'archive/admin', 'scoped', 'scoped/admin', 'scoped/health']) {
    const callers = [{}, { 'x-api-key': 'alice' }, { 'x-api-key': 'root' }];
    statuses[path] = await Promise.all(callers.map(async (headers) => (await fetch(`${url}/${path}`, { headers })).status));
  }
  return statuses;
}

const DECLARED = {
  orders: [401, 200, 200],
  'orders/admin': [401, 403, 200],
  'orders/health': [200, 200, 200],
  archive: [200, 200, 200],
  'archive/admin': [401, 403, 200],
  scoped: [401, 200, 200],
  'scoped/admin': [401, 403, 200],
  'scoped/health': [200, 200, 200],
};
const REFUSED = Object.fromEntries(Object.keys(DECLARED).map((path) => [path, [403, 403, 403]]));

const copyMetadata = (from: object, to: object) => {
  for (const key of Reflect.getMetadataKeys(from)) Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to);
};

const passingOn: Wrap = (handler) =>
  function (...args) {
    return handler.apply(this, args);
  };

const withMetadata: Wrap = (handler) => {
  const wrapper = passingOn(handler);
  copyMetadata(handler, wrapper);
  return wrapper;
};

/** Wraps every handler that the router gets, for the time of `use`. */
async function whileRouterWraps(wrap: Wrap, use: () => Promise<void>): Promise<void> {
  const { create } = RouterExecutionContext.prototype;
  RouterExecutionContext.prototype.create = function (instance, callback, ...rest) {
    return create.call(this, instance, wrap(callback as Handler), ...rest);
  };
  try {
    await use();
  } finally {
    RouterExecutionContext.prototype.create = create;
  }
}

describe.each(ADAPTERS)('handlers that something wraps, on %s', (adapter) => {
  const statuses = async () => {
    let found = {};
    await withApp(adapter, appModule({ auth, controllers }), async ({ url }) => {
      found = await statusesOf(url);
    });
    return found;
  };

  it('keep their plans under the instrumentation of OpenTelemetry', async () => {
    // Its hooks into the loading of modules do not see what Jest loads, and know Nest up to 11: the patch itself is the same.
    const [definition] = new NestInstrumentation({ enabled: false }).getModuleDefinitions();
    const file = definition?.files.find(({ name }) => name.endsWith('router-execution-context.js'));
    const { create } = RouterExecutionContext.prototype;
    file?.patch({ RouterExecutionContext }, '11.2.10');
    expect(RouterExecutionContext.prototype.create).not.toBe(create);
    try {
      expect(await statuses()).toEqual(DECLARED);
    } finally {
      file?.unpatch({ RouterExecutionContext });
    }
    expect(RouterExecutionContext.prototype.create).toBe(create);
  });

  it.each<[what: string, wrap: Wrap]>([
    ['a wrapper of another name', withMetadata],
    [
      'a wrapper that has the name of an open handler',
      (handler) => Object.defineProperty(withMetadata(handler), 'name', { value: 'health' }),
    ],
    ['a wrapper around a wrapper', (handler) => withMetadata(withMetadata(handler))],
    ['a wrapper that inherits from the handler', (handler) => Object.setPrototypeOf(passingOn(handler), handler)],
  ])('keep their plans: %s', async (_, wrap) => {
    await whileRouterWraps(wrap, async () => expect(await statuses()).toEqual(DECLARED));
  });

  it.each<[what: string, wrap: Wrap]>([
    ['a wrapper that forgets the metadata', passingOn],
    ['a wrapper that has nothing but the name', (handler) => Object.defineProperty(passingOn(handler), 'name', { value: handler.name })],
    ['a proxy', (handler) => new Proxy(handler, {})],
    ['a bound function', (handler) => handler.bind(undefined)],
  ])('are refused where nothing says what they wrap: %s', async (_, wrap) => {
    await whileRouterWraps(wrap, async () => expect(await statuses()).toEqual(REFUSED));
  });
});

/** A controller of its own for each test: its prototype is changed. */
function freshController() {
  @ServiceAuth({ auth: ['keys'] })
  @Controller('fresh')
  class FreshController extends OrderController {
    @Get()
    override list() {
      return 'fresh';
    }

    @ResourceAuth({ auth: false })
    @Get('open')
    open() {
      return 'open';
    }
  }
  return FreshController;
}

describe.each(ADAPTERS)('handlers that are replaced after the routes were built, on %s', (adapter) => {
  const replacing = (replace: () => void) => ({
    provide: 'late',
    useValue: { onModuleInit: replace },
  });

  it('keep their plans if the replacement carries their metadata', async () => {
    const type = freshController();
    const late = replacing(() => {
      for (const name of ['list', 'open'] as const) type.prototype[name] = withMetadata(type.prototype[name]) as () => string;
    });
    await withApp(adapter, appModule({ auth, controllers: [type], providers: [late] }), async ({ url }) => {
      expect((await fetch(`${url}/fresh`)).status).toBe(401);
      expect((await fetch(`${url}/fresh`, { headers: { 'x-api-key': 'alice' } })).status).toBe(200);
      expect((await fetch(`${url}/fresh/open`)).status).toBe(200);
    });
  });

  it('never get the plan of another handler whose metadata they carry: the boot stops', async () => {
    const type = freshController();
    const late = replacing(() => {
      type.prototype.open = withMetadata(type.prototype.list) as () => string;
    });
    const { message } = await bootError(adapter, appModule({ auth, controllers: [type], providers: [late] }));
    expect(message).toContain('runs the same function as');
  });
});

describe('a class whose handlers another application of the process has marked', () => {
  it('is marked anew: what was wrapped meanwhile is a handler of its own', async () => {
    const type = freshController();
    await withApp('express', appModule({ auth, controllers: [type] }), async ({ url }) => {
      expect((await fetch(`${url}/fresh`)).status).toBe(401);
    });
    type.prototype.list = withMetadata(type.prototype.list) as () => string;
    await withApp('express', appModule({ auth, controllers: [type] }), async ({ url }) => {
      expect((await fetch(`${url}/fresh`)).status).toBe(401);
      expect((await fetch(`${url}/fresh`, { headers: { 'x-api-key': 'alice' } })).status).toBe(200);
    });
  });
});
