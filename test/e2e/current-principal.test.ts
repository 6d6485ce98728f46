import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  Req,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import { CurrentPrincipal, type Principal, ResourceAuth } from 'nest-service-auth';
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

describe('on one instance of Express', () => {
  const boot = async (instance: express.Express, principalProperty: string) => {
    const module = appModule({ auth: { ...auth, principalProperty }, controllers: [WhoController] });
    const app = await NestFactory.create(module, new ExpressAdapter(instance), { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    return app;
  };

  it('a second application finds its callers, too', async () => {
    const instance = express();
    for (const property of ['user', 'user', 'caller']) {
      const app = await boot(instance, property);
      const { port } = app.getHttpServer().address();
      expect(await whoIs(`http://127.0.0.1:${port}/who`, ALICE)).toMatchObject({ decorator: 'alice', property: 'alice' });
      await app.close();
    }
  });

  it('a property that the application defined for its requests is filled, and not replaced', async () => {
    const instance = express();
    const filled: unknown[] = [];
    Object.defineProperty(instance.request, 'user', { get: () => ({ username: 'from the getter' }), set: (value) => filled.push(value) });
    const app = await boot(instance, 'user');
    const { port } = app.getHttpServer().address();
    expect(await whoIs(`http://127.0.0.1:${port}/who`, ALICE)).toMatchObject({ decorator: 'alice', property: 'from the getter' });
    expect(filled).toMatchObject([{ username: 'alice' }]);
    await app.close();
  });
});
