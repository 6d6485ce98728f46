import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  Optional,
  type PipeTransform,
  Req,
  Res,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { CurrentPrincipal, createPrincipal, type Principal, ResourceAuth } from 'nest-service-auth';
import { map, type Observable } from 'rxjs';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import type { Behaviour } from '../support/probe.strategy.js';

type Caller = { readonly username?: string } | undefined;

@Controller('who')
class WhoController {
  @Get()
  who(@CurrentPrincipal() caller: Principal, @Req() request: { user?: Caller; raw?: object }) {
    return { decorator: caller.username, property: request.user?.username, same: request.user === caller };
  }

  @ResourceAuth({ auth: false })
  @Get('open')
  open(@CurrentPrincipal() caller: Principal | undefined, @Req() request: { user?: Caller }) {
    return { decorator: caller?.username ?? null, property: request.user?.username ?? null };
  }
}

/** Hands its request on, as a handler does that has another application of Express answer. */
@Controller('delegating')
class DelegatingController {
  private readonly other = express().get('/delegating', (request: Request & { user?: Caller }, response) => {
    const derived: typeof request = Object.create(request);
    const proxied = new Proxy(request, {});
    response.json({ derived: derived.user?.username, proxied: proxied.user?.username, elsewhere: request.user?.username });
  });

  @Get()
  delegate(@Req() request: Request, @Res() response: Response) {
    this.other(request, response);
  }
}

/** What an application may do after the guard: put its own user in the caller's place. */
@Injectable()
class OwnUser implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<{ user?: Caller }>();
    request.user = { username: `${request.user?.username} of our own` };
    return next.handle().pipe(map((answer) => ({ ...answer, property: request.user?.username })));
  }
}

const auth = { schemes: { probe: { probeConfig: { header: 'x-probe' } } }, defaultAuth: ['probe'] };
const whoIs = async (url: string, who: Behaviour) => (await fetch(url, { headers: { 'x-probe': JSON.stringify(who) } })).json();
const ALICE = { accept: { username: 'alice' } };

describe.each(ADAPTERS)('the caller of a request, on %s,', (adapter) => {
  const apps: INestApplication[] = [];
  const start = async (parts: object = {}, configure = (_: INestApplication) => {}) => {
    const { app, url } = await startApp(adapter, appModule({ auth, controllers: [WhoController], ...parts }), { configure });
    apps.push(app);
    return `${url}/who`;
  };
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  it('is the same for the decorator and as a property of the request', async () => {
    expect(await whoIs(await start(), ALICE)).toEqual({ decorator: 'alice', property: 'alice', same: true });
  });

  it('is each request’s own, however many there are at a time', async () => {
    const url = await start();
    const names = Array.from({ length: 50 }, (_, index) => `user-${index}`);
    const answers = await Promise.all(names.map((username) => whoIs(url, { accept: { username }, later: true })));
    expect(answers).toEqual(names.map((name) => ({ decorator: name, property: name, same: true })));
  });

  it('is nobody on an open route, whoever asks', async () => {
    expect(await whoIs(`${await start()}/open`, ALICE)).toEqual({ decorator: null, property: null });
  });

  it('takes the place of a user whom a middleware put there', async () => {
    const url = await start({}, (app) =>
      app.use((request: { user?: Caller }, _: unknown, next: () => void) => {
        request.user = { username: 'mallory' };
        next();
      }),
    );
    expect(await whoIs(url, ALICE)).toMatchObject({ decorator: 'alice', property: 'alice' });
  });

  it('stays with the decorator when the application puts a user of its own into the property', async () => {
    const url = await start({ providers: [OwnUser] }, (app) => app.useGlobalInterceptors(new OwnUser()));
    expect(await whoIs(url, ALICE)).toMatchObject({ decorator: 'alice', property: 'alice of our own' });
  });

  it('is known under the name that the application chose, and under no other', async () => {
    const renamed = await start({ auth: { ...auth, principalProperty: 'caller' } });
    expect(await whoIs(renamed, ALICE)).toEqual({ decorator: 'alice', same: false });
  });
});

@Injectable()
class UserPipe implements PipeTransform {
  constructor(@Optional() private readonly prefix = '') {}

  transform(principal: Principal | undefined) {
    return `${this.prefix}${principal?.username ?? 'nobody'}`;
  }
}

/** Without `transform` in its prototype, so that Nest alone would take it for data. */
const SHOUT: PipeTransform = { transform: (name: string) => name.toUpperCase() };
const MADE = createPrincipal({ scheme: 'other', method: 'other', username: 'made elsewhere' });

@Controller('pipes')
class PipesController {
  @Get()
  pipes(@CurrentPrincipal(UserPipe) one: string, @CurrentPrincipal(new UserPipe('the '), SHOUT) two: string) {
    return [one, two];
  }

  @ResourceAuth({ auth: false })
  @Get('open')
  open(@CurrentPrincipal(UserPipe) one: string, @CurrentPrincipal() who: Principal | undefined) {
    return [one, who?.username ?? null];
  }
}

describe.each(ADAPTERS)('the caller as a parameter, on %s,', (adapter) => {
  const ask = async (path: string, options: { put?: unknown; as?: string } = {}) => {
    const { put, as = 'user' } = options;
    const module = appModule({ auth: { ...auth, principalProperty: as }, controllers: [PipesController] });
    const { app, url } = await startApp(adapter, module, {
      configure: (each) =>
        each.use((request: Record<string, unknown>, _: unknown, next: () => void) => {
          if (put !== undefined) request[as] = put;
          next();
        }),
    });
    const answer: unknown = await whoIs(`${url}/${path}`, ALICE);
    await app.close();
    return answer;
  };

  it('goes through pipes: classes, instances, several in turn', async () => {
    expect(await ask('pipes')).toEqual(['alice', 'THE ALICE']);
    expect(await ask('pipes/open')).toEqual(['nobody', null]);
  });

  it('is no user of Passport or of a middleware on an open route', async () => {
    for (const put of [{ username: 'mallory' }, { id: 1, username: 'mallory', roles: [], scopes: [], permissions: [] }, 'mallory', null])
      expect(await ask('pipes/open', { put })).toEqual(['nobody', null]);
  });

  it('is a principal that the application put into its own property', async () => {
    for (const as of adapter === 'express' ? ['user', 'caller'] : [])
      expect(await ask('pipes/open', { put: MADE, as })).toEqual(['made elsewhere', 'made elsewhere']);
    expect(await ask('pipes', { put: MADE })).toEqual(['alice', 'THE ALICE']);
  });
});

it('is undefined where there is no HTTP request', () => {
  class Resolver {
    orders(@CurrentPrincipal() _who: Principal | undefined) {}
  }
  const [parameter] = Object.values<{ factory: (data: unknown, context: ExecutionContext) => unknown }>(
    Reflect.getMetadata(ROUTE_ARGS_METADATA, Resolver, 'orders'),
  );
  for (const type of ['graphql', 'ws', 'rpc']) {
    const context = new ExecutionContextHost([], Resolver, Resolver.prototype.orders);
    context.setType(type);
    expect(parameter?.factory(undefined, context)).toBeUndefined();
  }
});

describe('on Express, the caller', () => {
  const bootWith = async (configure: (app: INestApplication) => void, instance = express()) => {
    const module = appModule({ auth, controllers: [WhoController, DelegatingController] });
    const app = await NestFactory.create(module, new ExpressAdapter(instance), { logger: false, abortOnError: false });
    configure(app);
    await app.listen(0, '127.0.0.1');
    return { app, url: `http://127.0.0.1:${app.getHttpServer().address().port}` };
  };

  it.each<[string, (app: INestApplication) => void]>([
    ['an application of Express was a middleware', (app) => app.use(express())],
    [
      'an application of Express was called by a middleware',
      (app) => {
        const other = express();
        app.use((request: Request, response: Response, next: NextFunction) => other(request, response, next));
      },
    ],
    [
      'such an application has users of its own',
      (app) => {
        const other = express();
        Object.defineProperty(other.request, 'user', { get: () => ({ username: 'mallory' }) });
        app.use((request: Request, response: Response, next: NextFunction) => other(request, response, next));
      },
    ],
  ])('is there when %s', async (_, configure) => {
    const { app, url } = await bootWith(configure);
    expect(await whoIs(`${url}/who`, ALICE)).toEqual({ decorator: 'alice', property: 'alice', same: true });
    await app.close();
  });

  it('has its place on a request before anybody else sees it, and nobody is in it', async () => {
    const seen: unknown[] = [];
    const { app, url } = await bootWith((each) =>
      each.use((request: Request & { user?: Caller }, _: Response, next: NextFunction) => {
        seen.push(Object.hasOwn(request, 'user'), request.user);
        next();
      }),
    );
    await whoIs(`${url}/who`, ALICE);
    expect(seen).toEqual([true, undefined]);
    await app.close();
  });

  it('is there for whoever the request is handed on to', async () => {
    const { app, url } = await bootWith(() => {});
    expect(await whoIs(`${url}/delegating`, ALICE)).toEqual({ derived: 'alice', proxied: 'alice', elsewhere: 'alice' });
    await app.close();
  });

  it('fills a property that the application defined for its requests, and does not hide it', async () => {
    const instance = express();
    const filled: unknown[] = [];
    Object.defineProperty(instance.request, 'user', {
      get: () => ({ username: 'from the getter' }),
      set: (value) => filled.push(value),
    });
    const { app, url } = await bootWith(() => {}, instance);
    expect(await whoIs(`${url}/who`, ALICE)).toMatchObject({ decorator: 'alice', property: 'from the getter' });
    expect(filled).toMatchObject([{ username: 'alice' }]);
    expect(await whoIs(`${url}/who/open`, ALICE)).toEqual({ decorator: null, property: 'from the getter' });
    await app.close();
  });
});
