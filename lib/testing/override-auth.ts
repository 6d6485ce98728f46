import type { ModuleMetadata } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { AuthModule } from '../auth.module.js';
import type { AuthModuleOptions } from '../auth.options.js';
import { PREPARE_AUTHENTICATOR, type PrepareAuthenticator } from '../plan/authenticators.js';
import { BuiltInStrategy } from '../strategies/built-in-strategy.js';
import { schemesToAdd } from './module-tree.js';
import { refuseInProduction } from './not-in-production.js';
import { standInFor } from './stand-in.js';
import type { TestIssuer } from './test-issuer.js';

/** The options of `overrideAuth()`. */
export interface OverrideAuthOptions {
  /** Verifies tokens too, those of this issuer: for schemes by JWT and by introspection, in place of the issuers that are configured. */
  readonly issuer?: TestIssuer;
  /** The options of the module, for a testing module that does not import it: `defaultAuth`, `roles`, `unannotated`. */
  readonly module?: Omit<AuthModuleOptions, 'schemes'>;
}

/**
 * Replaces the authentication of an application under test: every entry accepts the callers that `as()` makes, and no others.
 * Declarations, requirements, authorizers, challenges and the checks of the boot stay as they are. The configs of the schemes are not
 * read, so that neither files nor servers are needed.
 *
 * A testing module that does not import AuthModule gets it, with the schemes that its declarations name.
 *
 * @param builder - the builder, before `compile()`.
 * @returns the same builder.
 * @throws Error if `NODE_ENV` is `production`.
 * @example
 * ```ts
 * const moduleRef = await overrideAuth(Test.createTestingModule({ imports: [AppModule] })).compile();
 * ```
 */
export function overrideAuth(builder: TestingModuleBuilder, { issuer, module = {} }: OverrideAuthOptions = {}): TestingModuleBuilder {
  refuseInProduction('overrideAuth()');
  builder.overrideProvider(PREPARE_AUTHENTICATOR).useValue(preparing(issuer));
  const root: object = Reflect.get(builder, 'module');
  const compile = builder.compile.bind(builder);
  builder.compile = async (options) => {
    await addAuthModule(root, module);
    return compile(options);
  };
  return builder;
}

function preparing(issuer: TestIssuer | undefined): PrepareAuthenticator {
  return async (given, config, name) => {
    const strategy = given instanceof BuiltInStrategy ? await given.load() : given;
    const own = issuer === undefined ? undefined : configFor(issuer, strategy.configKey, config);
    return standInFor(strategy, name, own === undefined ? undefined : await strategy.prepare(own, name));
  };
}

/** The config with the test issuer in the place of the one that it names; undefined for schemes without an issuer. */
function configFor({ url }: TestIssuer, configKey: string, config: unknown): object | undefined {
  if (configKey === 'jwtValidatorConfig') {
    const { discoveryConfig, algorithms, keyId, ...rest } = config as Readonly<Record<string, unknown>>;
    return { ...rest, issuer: url, signatureConfig: { jwksConfig: { url: `${url}/keys` } } };
  }
  if (configKey === 'oauth2IntrospectionConfig') {
    const { issuer, discoveryConfig, clientConfig, ...rest } = config as Readonly<Record<string, unknown>>;
    return { ...rest, url: `${url}/introspect` };
  }
  return undefined;
}

async function addAuthModule(root: object, options: Omit<AuthModuleOptions, 'schemes'>): Promise<void> {
  const names = await schemesToAdd(root);
  if (names === undefined) return;
  const imports: NonNullable<ModuleMetadata['imports']> = Reflect.getMetadata('imports', root) ?? [];
  const schemes = Object.fromEntries(names.map((name) => [name, { jwtValidatorConfig: NOT_READ }]));
  Reflect.defineMetadata('imports', [AuthModule.forRoot({ ...options, schemes }), ...imports], root);
}

const NOT_READ = { signatureConfig: { secret: 'not read' } };
