import { AsyncLocalStorage } from 'node:async_hooks';
import { CACHE_MANAGER, CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type NestInterceptor,
  Post,
  type Provider,
  Scope,
} from '@nestjs/common';
import { APP_INTERCEPTOR, REQUEST } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import type { Cache } from 'cache-manager';
import { Keyv } from 'keyv';
import { type AuthModuleOptions, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { Observable } from 'rxjs';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, withApp } from '../support/app.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const secret = createSecret('HS256');
const schemes: AuthModuleOptions['schemes'] = {
  sts: { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret: secret.secret } } },
};
const callers = async (...names: string[]) =>
  Promise.all(names.map(async (sub) => ({ authorization: `Bearer ${await mint(secret, goodClaims({ sub, scope: sub }))}` })));

interface CallerRequest {
  readonly user?: Principal;
  readonly ip: string;
}

let calls = 0;

@ServiceAuth({ auth: ['sts'] })
@Controller('accounts')
class AccountController {
  @Get() mine(@CurrentPrincipal() { username }: Principal) {
    calls++;
    return { owner: username };
  }

  @ResourceAuth({ auth: { scopes: 'alice' } })
  @Get('special')
  special() {
    calls++;
    return { for: 'alice' };
  }

  @ResourceAuth({ auth: false })
  @Get('public')
  open() {
    calls++;
    return { for: 'everybody' };
  }
}

/** One entry for each caller, and one for all where nobody is known. */
@Injectable()
class CallerCacheInterceptor extends CacheInterceptor {
  protected override trackBy(context: ExecutionContext): string | undefined {
    const key = super.trackBy(context);
    if (key === undefined) return undefined;
    const { user } = context.switchToHttp().getRequest<CallerRequest>();
    return JSON.stringify([user?.scheme, user?.username, key]);
  }
}

describe.each(ADAPTERS)('on %s, cached answers', (adapter) => {
  const cached = (interceptor: typeof CacheInterceptor) =>
    appModule({
      imports: [CacheModule.register({ stores: [new Keyv()], ttl: 60_000 })],
      controllers: [AccountController],
      providers: [{ provide: APP_INTERCEPTOR, useClass: interceptor }],
      auth: { schemes },
    });
  const read = async (url: string, headers: Record<string, string>) => {
    const answer = await fetch(url, { headers });
    return [answer.status, answer.status === 200 ? await answer.json() : undefined];
  };

  it('of one caller are not served to another', async () => {
    await withApp(adapter, cached(CallerCacheInterceptor), async ({ app, url }) => {
      expect(app.get<Cache>(CACHE_MANAGER, { strict: false })).toBeDefined();
      calls = 0;
      const [alice = {}, bob = {}] = await callers('alice', 'bob');
      expect(await read(`${url}/accounts`, alice)).toEqual([200, { owner: 'alice' }]);
      expect(await read(`${url}/accounts`, alice)).toEqual([200, { owner: 'alice' }]);
      expect(calls).toBe(1);
      expect(await read(`${url}/accounts`, bob)).toEqual([200, { owner: 'bob' }]);
      expect(await read(`${url}/accounts/public`, {})).toEqual([200, { for: 'everybody' }]);
      expect(await read(`${url}/accounts/public`, {})).toEqual([200, { for: 'everybody' }]);
      expect(calls).toBe(3);
    });
  });

  it('are not served to refused callers, and refusals are not cached', async () => {
    await withApp(adapter, cached(CallerCacheInterceptor), async ({ url }) => {
      const [alice = {}, bob = {}] = await callers('alice', 'bob');
      const special = `${url}/accounts/special`;
      expect((await read(special, {}))[0]).toBe(401);
      expect((await read(special, bob))[0]).toBe(403);
      expect((await read(special, alice))[0]).toBe(200);
      expect((await read(special, bob))[0]).toBe(403);
      expect((await read(special, {}))[0]).toBe(401);
      expect((await read(special, alice))[0]).toBe(200);
    });
  });

  it('would be served to others with the interceptor as it is', async () => {
    await withApp(adapter, cached(CacheInterceptor), async ({ url }) => {
      const [alice = {}, bob = {}] = await callers('alice', 'bob');
      await read(`${url}/accounts`, alice);
      expect(await read(`${url}/accounts`, bob)).toEqual([200, { owner: 'alice' }]);
    });
  });
});

class PlaceOrder {
  constructor(
    readonly caller: Principal,
    readonly item: string,
  ) {}
}

@CommandHandler(PlaceOrder)
class PlaceOrderHandler implements ICommandHandler<PlaceOrder, string> {
  async execute({ caller, item }: PlaceOrder) {
    return `${item} for ${caller.username}`;
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller('orders')
class OrderController {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

  @Post() async place(@CurrentPrincipal() caller: Principal) {
    return { placed: await this.commands.execute<PlaceOrder, string>(new PlaceOrder(caller, 'tea')) };
  }
}

/** Who calls, for code that has no request at hand. */
const current = new AsyncLocalStorage<Principal | undefined>();

@Injectable()
class CallerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { user } = context.switchToHttp().getRequest<CallerRequest>();
    return new Observable((subscriber) => current.run(user, () => next.handle().subscribe(subscriber)));
  }
}

@Injectable({ scope: Scope.REQUEST })
class Basket {
  constructor(@Inject(REQUEST) private readonly request: CallerRequest) {}

  get owner() {
    return this.request.user?.username;
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller('basket')
class BasketController {
  constructor(@Inject(Basket) private readonly basket: Basket) {}

  @Get() show() {
    return { owner: this.basket.owner, stored: current.getStore()?.username };
  }
}

const ask = async (url: string, names: readonly string[], init: RequestInit = {}) => {
  const headers = await callers(...names);
  return Promise.all(headers.map(async (each) => (await fetch(url, { ...init, headers: each })).json()));
};
const providers: Provider[] = [PlaceOrderHandler, Basket];

describe.each(ADAPTERS)('on %s, the caller', (adapter) => {
  it('is passed in commands', async () => {
    const module = appModule({ imports: [CqrsModule.forRoot()], controllers: [OrderController], providers, auth: { schemes } });
    await withApp(adapter, module, async ({ url }) => {
      expect(await ask(`${url}/orders`, ['alice', 'bob'], { method: 'POST' })).toEqual([
        { placed: 'tea for alice' },
        { placed: 'tea for bob' },
      ]);
    });
  });

  it('is read by request-scoped providers, and through AsyncLocalStorage', async () => {
    const interceptor = { provide: APP_INTERCEPTOR, useClass: CallerInterceptor };
    const module = appModule({ controllers: [BasketController], providers: [...providers, interceptor], auth: { schemes } });
    await withApp(adapter, module, async ({ url }) => {
      expect(await ask(`${url}/basket`, ['alice', 'bob'])).toEqual([
        { owner: 'alice', stored: 'alice' },
        { owner: 'bob', stored: 'bob' },
      ]);
    });
  });
});
