import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService, registerAs } from '@nestjs/config';
import {
  AuthConfigurationError,
  AuthModule,
  type AuthModuleExtras,
  type AuthModuleOptions,
  type AuthOptionsFactory,
  CurrentPrincipal,
  fromEnvironment,
  type Principal,
  type PrincipalEnricher,
  ServiceAuth,
} from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { ApiKeyStrategy } from '../support/api-key.strategy.js';
import { bootError, RecordingSink, withApp } from '../support/app.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const secret = createSecret('HS256');
const SETTINGS = { CONFIG_TEST_ISSUER: 'https://sts.test', CONFIG_TEST_SECRET: secret.secret };

const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
beforeEach(() => void Object.assign(process.env, SETTINGS));
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('CONFIG_TEST_')) delete process.env[name];
});
afterAll(() => rmSync(folder, { recursive: true }));

@ServiceAuth({ auth: ['sts'] })
@Controller('orders')
class OrderController {
  @Get()
  list(@CurrentPrincipal() { username, roles }: Principal) {
    return { username, roles };
  }
}

const optionsFrom = (issuer: string, key: string): AuthModuleOptions => ({
  schemes: { sts: { jwtValidatorConfig: { issuer, audience: 'orders', signatureConfig: { secret: key } } } },
});

const authConfig = registerAs('auth', () =>
  fromEnvironment(process.env, (env) => optionsFrom(env('CONFIG_TEST_ISSUER'), env('CONFIG_TEST_SECRET'))),
);

@Injectable()
class AuthSettings implements AuthOptionsFactory {
  constructor(@Inject(ConfigService) private readonly config: ConfigService) {}

  create(): AuthModuleOptions {
    return optionsFrom(this.config.getOrThrow('CONFIG_TEST_ISSUER'), this.config.getOrThrow('CONFIG_TEST_SECRET'));
  }
}

@Module({ imports: [ConfigModule], providers: [AuthSettings], exports: [AuthSettings] })
class SettingsModule {}

@Injectable()
class Enricher implements PrincipalEnricher {
  enrich() {
    return { roles: ['enriched'] };
  }
}

type AsyncOptions = Parameters<typeof AuthModule.forRootAsync>[0];
const classes: AuthModuleExtras = { strategies: [ApiKeyStrategy], enricher: Enricher, eventSink: RecordingSink };

const WAYS: readonly [string, () => AsyncOptions][] = [
  ['registerAs() and asProvider()', () => authConfig.asProvider()],
  [
    'useFactory and ConfigService',
    () => ({
      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (config: ConfigService) =>
        fromEnvironment(config, (env) => optionsFrom(env('CONFIG_TEST_ISSUER'), env('CONFIG_TEST_SECRET'))),
    }),
  ],
  ['useClass', () => ({ imports: [ConfigModule], useClass: AuthSettings })],
  ['useExisting', () => ({ imports: [SettingsModule], useExisting: AuthSettings })],
];

const moduleWith = (options: AsyncOptions) => ({
  module: class AppModule {},
  imports: [ConfigModule.forRoot({ ignoreEnvFile: true }), AuthModule.forRootAsync(options)],
  controllers: [OrderController],
});

describe.each(ADAPTERS)('on %s, the options', (adapter) => {
  it.each(WAYS)('come from %s', async (_, options) => {
    await withApp(adapter, moduleWith(options()), async ({ url }) => {
      const token = await mint(secret, goodClaims());
      expect((await fetch(`${url}/orders`)).status).toBe(401);
      const answer = await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } });
      expect(await answer.json()).toEqual({ username: 'john', roles: [] });
    });
  });

  it.each(WAYS)('come from %s, with classes beside them', async (_, options) => {
    await withApp(adapter, moduleWith({ ...options(), ...classes }), async ({ app, url }) => {
      const token = await mint(secret, goodClaims());
      const answer = await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } });
      expect(await answer.json()).toEqual({ username: 'john', roles: ['enriched'] });
      expect(app.get(ApiKeyStrategy, { strict: false }).configKey).toBe('apiKeyConfig');
    });
  });

  it('take a secret from a file', async () => {
    delete process.env.CONFIG_TEST_SECRET;
    const file = join(folder, 'secret');
    writeFileSync(file, `${secret.secret}\n`);
    process.env.CONFIG_TEST_SECRET_FILE = file;
    await withApp(adapter, moduleWith(authConfig.asProvider()), async ({ url }) => {
      const token = await mint(secret, goodClaims());
      expect((await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    });
  });
});

describe('a configuration from the environment', () => {
  const bootOf = (options: AsyncOptions) => createApp('express', moduleWith(options));

  it('names all variables that are missing, with their options', async () => {
    delete process.env.CONFIG_TEST_ISSUER;
    delete process.env.CONFIG_TEST_SECRET;
    const boot = bootOf(authConfig.asProvider());
    await expect(boot).rejects.toThrow(AuthConfigurationError);
    await expect(boot).rejects.toMatchObject({
      problems: [
        {
          path: 'schemes.sts.jwtValidatorConfig.issuer',
          message: expect.stringContaining('the environment variable CONFIG_TEST_ISSUER is not set'),
        },
        {
          path: 'schemes.sts.jwtValidatorConfig.signatureConfig.secret',
          message: expect.stringContaining('the environment variable CONFIG_TEST_SECRET is not set'),
        },
      ],
    });
  });

  it('does not start with an empty secret file', async () => {
    delete process.env.CONFIG_TEST_SECRET;
    process.env.CONFIG_TEST_SECRET_FILE = join(folder, 'empty');
    writeFileSync(process.env.CONFIG_TEST_SECRET_FILE, '\n');
    await expect(bootOf(authConfig.asProvider())).rejects.toThrow(
      'schemes.sts.jwtValidatorConfig.signatureConfig.secret: cannot read the file that CONFIG_TEST_SECRET_FILE names: it is empty.',
    );
  });

  it('names every option without a value, and says that a variable may be missing', async () => {
    const env = (name: string) => process.env[`CONFIG_TEST_${name}`] as string;
    const { problems } = await bootError(
      'express',
      moduleWith({
        useFactory: (): AuthModuleOptions => ({
          schemes: {
            sts: { jwtValidatorConfig: { issuer: env('A'), audience: env('B'), signatureConfig: { secret: env('C') } } },
            remote: {
              jwtValidatorConfig: { issuer: 'https://a.test', audience: 'b', signatureConfig: { jwksConfig: { url: env('D') } } },
            },
            opaque: {
              oauth2IntrospectionConfig: {
                url: env('E'),
                clientConfig: { auth: { method: 'client_secret_basic', clientId: env('F'), clientSecret: env('G') } },
              },
            },
            users: { fileUserStoreConfig: { path: env('H') } },
          },
        }),
      }),
    );
    const hint = expect.stringMatching(/^has no value: .*environment variable may be missing/);
    expect(problems).toHaveLength(8);
    expect(problems).toEqual(
      expect.arrayContaining([
        { path: 'schemes.sts.jwtValidatorConfig.issuer', message: hint },
        { path: 'schemes.sts.jwtValidatorConfig.audience', message: hint },
        { path: 'schemes.sts.jwtValidatorConfig.signatureConfig.secret', message: hint },
        { path: 'schemes.remote.jwtValidatorConfig.signatureConfig.jwksConfig.url', message: hint },
        { path: 'schemes.opaque.oauth2IntrospectionConfig.url', message: hint },
        { path: 'schemes.opaque.oauth2IntrospectionConfig.clientConfig.auth.clientId', message: hint },
        { path: 'schemes.opaque.oauth2IntrospectionConfig.clientConfig.auth.clientSecret', message: hint },
        { path: 'schemes.users.fileUserStoreConfig.path', message: hint },
      ]),
    );
  });

  it.each<[AsyncOptions, string]>([
    [{}, 'none'],
    [{ useFactory: () => ({}), useClass: AuthSettings }, 'useFactory and useClass'],
  ])('needs exactly one source', (options, what) => {
    expect(() => AuthModule.forRootAsync(options)).toThrow(
      new AuthConfigurationError(`AuthModule.forRootAsync() needs exactly one of useFactory, useClass and useExisting, and has ${what}.`),
    );
  });
});
