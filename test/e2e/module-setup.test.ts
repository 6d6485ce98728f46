import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  AuthConfigurationError,
  type Authenticator,
  AuthModule,
  type AuthModuleExtras,
  type AuthModuleOptions,
  AuthService,
  type AuthStrategy,
  createPrincipal,
  ServiceAuth,
} from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { ApiKeyStrategy } from '../support/api-key.strategy.js';
import { appModule, bootError, withApp } from '../support/app.js';
import { withoutHelp } from '../support/without-help.js';

interface PairConfig {
  readonly header: string;
}

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    pairConfig: PairConfig;
  }
}

const USERS = Symbol('users');

/** Its users come from a provider that takes its time. */
@Injectable()
class PairStrategy implements AuthStrategy<PairConfig> {
  readonly configKey = 'pairConfig';
  closed = 0;

  constructor(@Inject(USERS) private readonly users: ReadonlyMap<string, string>) {}

  prepare({ header }: PairConfig, scheme: string): Authenticator {
    return {
      challenges: [{ scheme: 'Pair' }],
      authenticate: ({ headers }) => {
        const username = this.users.get(String(headers[header]));
        if (username === undefined) return { outcome: 'absent' };
        return { outcome: 'accepted', principal: createPrincipal({ scheme, method: 'pair', username }) };
      },
      close: () => {
        this.closed++;
      },
    };
  }
}

@Module({ providers: [{ provide: USERS, useFactory: () => sleep(20, new Map([['k1', 'alice']])) }], exports: [USERS] })
class UsersModule {}

const SETTINGS = Symbol('settings');

@Module({ providers: [{ provide: SETTINGS, useFactory: () => sleep(5, { header: 'x-pair' }) }], exports: [SETTINGS] })
class SettingsModule {}

@ServiceAuth({ auth: ['pair'] })
@Controller('pairs')
class PairController {
  @Get()
  list() {
    return 'pairs';
  }
}

const asyncAuth = () =>
  AuthModule.forRootAsync({
    imports: [UsersModule, SettingsModule],
    inject: [SETTINGS],
    useFactory: async ({ header }: PairConfig): Promise<AuthModuleOptions> => ({ schemes: { pair: { pairConfig: { header } } } }),
    strategies: [PairStrategy],
  });

describe.each(ADAPTERS)('the module on %s', (adapter) => {
  it('takes its options from a factory, and waits for what its strategies need', async () => {
    class AppModule {}
    await withApp(adapter, { module: AppModule, imports: [asyncAuth()], controllers: [PairController] }, async ({ app, url }) => {
      expect((await fetch(`${url}/pairs`)).status).toBe(401);
      expect((await fetch(`${url}/pairs`, { headers: { 'x-pair': 'k1' } })).status).toBe(200);
      expect(app.get(PairStrategy, { strict: false }).closed).toBe(0);
    });
  });

  it('closes its authenticators with the application', async () => {
    const app = await createApp(adapter, { module: class AppModule {}, imports: [asyncAuth()], controllers: [PairController] });
    await app.init();
    const strategy = app.get(PairStrategy, { strict: false });
    await app.close();
    expect(strategy.closed).toBe(1);
  });

  it('closes its authenticators when the boot fails', async () => {
    @Controller('bare')
    class BareController {
      @Get()
      list() {}
    }
    const app = await createApp(adapter, {
      module: class AppModule {},
      imports: [asyncAuth()],
      controllers: [PairController, BareController],
    });
    const strategy = app.get(PairStrategy, { strict: false });
    await expect(app.init()).rejects.toThrow(AuthConfigurationError);
    expect(strategy.closed).toBe(1);
    await app.close();
  });

  it('is global: a feature module injects AuthService without importing anything', async () => {
    @Injectable()
    class Feature {
      constructor(@Inject(AuthService) readonly auth: AuthService) {}
    }
    @Module({ providers: [Feature] })
    class FeatureModule {}
    await withApp(adapter, appModule({ imports: [FeatureModule] }), async ({ app }) => {
      expect(app.get(Feature, { strict: false }).auth).toBeInstanceOf(AuthService);
    });
  });

  it('guards what a testing module makes, as a user’s own tests would', async () => {
    const testing = await Test.createTestingModule({ imports: [asyncAuth()], controllers: [PairController] }).compile();
    const app = testing.createNestApplication(adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    const url = `${await app.getUrl()}/pairs`;
    expect((await fetch(url)).headers.get('www-authenticate')).toBe('Pair realm="api"');
    expect((await fetch(url, { headers: { 'x-pair': 'k1' } })).status).toBe(200);
    await app.close();
  });

  it('refuses to be imported twice', async () => {
    const error = await bootError(adapter, appModule({ imports: [AuthModule.forRoot({})] }));
    expect(withoutHelp(error)).toBe('AuthModule.forRoot() is imported twice. Import it once, in the root module: it is global.');
  });

  it('may be the same dynamic module in several places', async () => {
    const auth = AuthModule.forRoot({});
    @Module({ imports: [auth] })
    class FeatureModule {}
    await withApp(adapter, { module: class AppModule {}, imports: [auth, FeatureModule] }, async ({ url }) => {
      expect((await fetch(`${url}/nothing`)).status).toBe(404);
    });
  });
});

describe('the classes that extend the module', () => {
  const forRoot = (options: unknown) => () => AuthModule.forRoot(options as AuthModuleOptions & AuthModuleExtras);

  it.each([
    [
      { strategies: undefined },
      'AuthModule options.strategies: has no value: it must be a list. An environment variable may be missing. Leave the field out if it is not wanted.',
    ],
    [{ strategies: ApiKeyStrategy }, 'AuthModule options.strategies: must be a list, not a function'],
    [{ strategies: [new ApiKeyStrategy()] }, 'AuthModule options.strategies[0]: must be a class.'],
    [
      { authorizers: [undefined] },
      'AuthModule options.authorizers[0]: must be a class. Is it undefined because two files import each other?',
    ],
    [{ imports: 'x' }, 'AuthModule options.imports: must be a list, not a string'],
    [{ eventSink: {} }, 'AuthModule options.eventSink: must be a class.'],
  ])('are checked at once: %j', (options, message) => {
    expect(forRoot(options)).toThrow(new AuthConfigurationError(message));
  });

  it('cannot come from a factory', async () => {
    const module = {
      module: class AppModule {},
      imports: [AuthModule.forRootAsync({ useFactory: () => ({ strategies: [ApiKeyStrategy] }) as AuthModuleOptions })],
    };
    await expect(createApp('express', module)).rejects.toThrow(
      'AuthModule options.strategies: cannot come from a factory. Write it beside useFactory: forRootAsync({ useFactory, strategies }).',
    );
  });
});
