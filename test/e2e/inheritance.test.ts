import { applyDecorators, Controller, Get, SetMetadata } from '@nestjs/common';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, bootError, withApp } from '../support/app.js';
import { withoutHelp } from '../support/without-help.js';

const auth = {
  schemes: {
    red: { apiKeyConfig: { keys: { 'red-key': ['read'] } } },
    blue: { apiKeyConfig: { keys: { 'blue-key': ['read'] } } },
  },
};
const as = (key: string) => ({ headers: { 'x-api-key': key } });

abstract class ListController {
  @Get()
  list() {
    return this.constructor.name;
  }

  @ResourceAuth({ auth: false })
  @Get('open')
  open() {
    return 'open';
  }

  @ResourceAuth({ auth: { scopes: 'write' } })
  @Get('write')
  write() {
    return 'written';
  }
}

@ServiceAuth({ auth: ['red'] })
@Controller('red')
class RedController extends ListController {}

@ServiceAuth({ auth: ['blue'] })
@Controller('blue')
class BlueController extends ListController {}

/** Wraps a method, as a decorator for logging or caching would. */
function Wrapped() {
  return (_target: object, _name: string, descriptor: TypedPropertyDescriptor<() => string>) => {
    const original = descriptor.value as () => string;
    const wrapper = function (this: unknown) {
      return original.apply(this);
    };
    for (const key of Reflect.getMetadataKeys(original)) Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
    descriptor.value = wrapper;
  };
}

const Secured = () => applyDecorators(SetMetadata('x', 1), ResourceAuth({ auth: ['red'] }));

/** A class decorator that puts another class in the place of the decorated one. */
function Traced<T extends abstract new (...args: any[]) => object>(target: T): T {
  abstract class Traced extends target {}
  return Traced;
}

@Controller('wrapped')
class WrappedController {
  @Wrapped()
  @ResourceAuth({ auth: ['red'] })
  @Get('above')
  above() {
    return 'above';
  }

  @ResourceAuth({ auth: ['red'] })
  @Wrapped()
  @Get('below')
  below() {
    return 'below';
  }

  @ResourceAuth({ auth: ['red'] })
  @Get('between')
  @Wrapped()
  between() {
    return 'between';
  }

  @Secured()
  @Get('applied')
  applied() {
    return 'applied';
  }
}

describe.each(ADAPTERS)('declarations and inheritance on %s', (adapter) => {
  it('gives two subclasses of one base the rule of each, for handlers that they share', async () => {
    await withApp(adapter, appModule({ auth, controllers: [RedController, BlueController] }), async ({ url }) => {
      const status = async (path: string, key: string) => (await fetch(`${url}/${path}`, as(key))).status;
      expect([await status('red', 'red-key'), await status('red', 'blue-key')]).toEqual([200, 401]);
      expect([await status('blue', 'red-key'), await status('blue', 'blue-key')]).toEqual([401, 200]);
      expect([await status('red/write', 'red-key'), await status('blue/write', 'blue-key')]).toEqual([403, 403]);
      expect([await status('red/open', 'nobody'), await status('blue/open', 'nobody')]).toEqual([200, 200]);
    });
  });

  it('inherits a service’s declaration, and lets a subclass say otherwise', async () => {
    @Controller('child')
    class ChildController extends RedController {}
    @ServiceAuth({ auth: false })
    @Controller('opened')
    class OpenedController extends RedController {
      @ResourceAuth({ auth: ['blue'] })
      @Get('write')
      override write() {
        return 'written by blue';
      }
    }
    await withApp(adapter, appModule({ auth, controllers: [ChildController, OpenedController] }), async ({ url }) => {
      expect((await fetch(`${url}/child`)).status).toBe(401);
      expect((await fetch(`${url}/child`, as('red-key'))).status).toBe(200);
      expect((await fetch(`${url}/opened`)).status).toBe(200);
      expect((await fetch(`${url}/opened/write`)).status).toBe(401);
      expect(await (await fetch(`${url}/opened/write`, as('blue-key'))).text()).toBe('written by blue');
    });
  });

  it('does not open an overridden handler that lost its decorator: the boot stops', async () => {
    @ServiceAuth({ auth: false })
    @Controller('lost')
    class LostController extends ListController {
      @Get('write')
      override write() {
        return 'oops';
      }
    }
    expect(withoutHelp(await bootError(adapter, appModule({ auth, controllers: [LostController] })))).toBe(
      'LostController.write (GET /lost/write): overrides ListController.write, which has @ResourceAuth, but has none itself. Repeat the declaration on the override, or declare another.',
    );
  });

  it('finds a lost decorator further up, and in a service that is protected', async () => {
    @ServiceAuth({ auth: ['red'] })
    @Controller('middle')
    class MiddleController extends ListController {}
    @Controller('far')
    class FarController extends MiddleController {
      @Get('write')
      override write() {
        return 'oops';
      }
    }
    expect((await bootError(adapter, appModule({ auth, controllers: [FarController] }))).message).toContain(
      'overrides ListController.write',
    );
  });

  it('protects an overridden handler that had been open by the rule of its service', async () => {
    @ServiceAuth({ auth: ['red'] })
    @Controller('closed')
    class ClosedController extends ListController {
      @Get('open')
      override open() {
        return 'not open any more';
      }
    }
    await withApp(adapter, appModule({ auth, controllers: [ClosedController] }), async ({ url }) => {
      expect((await fetch(`${url}/closed/open`)).status).toBe(401);
    });
  });

  it('does not serve an override without a route, and so need not protect it', async () => {
    @ServiceAuth({ auth: ['red'] })
    @Controller('unrouted')
    class UnroutedController extends ListController {
      override write() {
        return 'not a route';
      }
    }
    await withApp(adapter, appModule({ auth, controllers: [UnroutedController] }), async ({ url }) => {
      expect((await fetch(`${url}/unrouted/write`, as('red-key'))).status).toBe(404);
    });
  });

  it.each(['above', 'below', 'between', 'applied'])('keeps the declaration of a method that a decorator wraps: %s', async (path) => {
    await withApp(adapter, appModule({ auth, controllers: [WrappedController] }), async ({ url }) => {
      expect((await fetch(`${url}/wrapped/${path}`)).status).toBe(401);
      expect(await (await fetch(`${url}/wrapped/${path}`, as('red-key'))).text()).toBe(path);
    });
  });

  it('keeps the declarations of a class that a decorator replaces', async () => {
    @Traced
    @ServiceAuth({ auth: ['red'] })
    @Controller('traced')
    class TracedController {
      @Get()
      list() {
        return 'traced';
      }
    }
    await withApp(adapter, appModule({ auth, controllers: [TracedController] }), async ({ url }) => {
      expect((await fetch(`${url}/traced`)).status).toBe(401);
      expect((await fetch(`${url}/traced`, as('red-key'))).status).toBe(200);
    });
  });

  it('knows methods that a constructor binds', async () => {
    @ServiceAuth({ auth: ['red'] })
    @Controller('bound')
    class BoundController {
      private readonly name = 'bound';
      constructor() {
        this.list = this.list.bind(this);
      }
      @Get()
      list() {
        return this.name;
      }
    }
    await withApp(adapter, appModule({ auth, controllers: [BoundController] }), async ({ url }) => {
      expect((await fetch(`${url}/bound`)).status).toBe(401);
      expect(await (await fetch(`${url}/bound`, as('red-key'))).text()).toBe('bound');
    });
  });

  it('does not boot when two handlers run one function: one of them would get the other’s rule', async () => {
    @Controller('shared')
    class SharedController {
      constructor() {
        this.open = this.secret;
      }
      @ResourceAuth({ auth: ['red'] })
      @Get('secret')
      secret() {
        return 'secret';
      }
      @ResourceAuth({ auth: false })
      @Get('open')
      open() {
        return 'open';
      }
    }
    expect(withoutHelp(await bootError(adapter, appModule({ auth, controllers: [SharedController] })))).toBe(
      'SharedController.open (GET /shared/open): runs the same function as SharedController.secret (GET /shared/secret), so the guard cannot tell which of them is called. Write two functions.',
    );
  });
});
