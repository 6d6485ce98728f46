import { ConfigurableModuleBuilder, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import * as z from 'zod';
import type { AuthModuleExtras, AuthModuleOptions } from './auth.options.js';
import { AuthEventSink } from './auth-event.js';
import { withAuthClients } from './client/client-providers.js';
import { fields, parseConfig } from './config/schema.js';
import { AUTH_MODULE } from './decorators/auth-module-required.guard.js';
import { AuthConfigurationError } from './errors.js';
import { LoggerEventSink } from './guard/auth-event.sink.js';
import { Authenticators, PREPARE_AUTHENTICATOR, type PrepareAuthenticator, prepareByStrategy } from './plan/authenticators.js';
import type { PrincipalEnricher } from './principal-enricher.js';
import { builtInStrategies } from './strategies/built-in.js';
import { type AuthStrategy, StrategyHost } from './strategies/strategy.js';

/** Stands for no enricher: `enricher: undefined` is a mistake, and must not turn the enricher off. */
class WithoutEnricher implements PrincipalEnricher {
  enrich() {
    return {};
  }
}

/** The injection token of the enricher's class. */
export const ENRICHER_CLASS = Symbol('nest-service-auth:enricher');

/** The value of {@link ENRICHER_CLASS}. */
export interface EnricherClass {
  readonly type: Type<PrincipalEnricher> | undefined;
}

/** Nest's `forRoot` and `forRootAsync`, with the classes that extend the module beside the options. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<AuthModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras<Required<AuthModuleExtras>>(
      { imports: [], strategies: [], authorizers: [], enricher: WithoutEnricher, eventSink: LoggerEventSink },
      addExtras,
    )
    .build();

const aClass = z.custom<Type>((value) => typeof value === 'function', {
  error: ({ input }) => `must be a class.${input === undefined ? ' Is it undefined because two files import each other?' : ''}`,
});
const extrasSchema = fields(() => ({
  imports: z.array(z.unknown()),
  strategies: z.array(aClass),
  authorizers: z.array(aClass),
  enricher: aClass,
  eventSink: aClass,
}));

function addExtras(definition: DynamicModule, given: Required<AuthModuleExtras>): DynamicModule {
  const { imports, strategies, authorizers, enricher, eventSink } = given;
  parseConfig(extrasSchema, { imports, strategies, authorizers, enricher, eventSink }, 'AuthModule options');
  return withAuthClients({
    ...definition,
    global: true,
    imports: [...new Set([...(definition.imports ?? []), ...imports])],
    providers: [
      ...(definition.providers ?? []),
      ...strategies,
      ...authorizers,
      { provide: PREPARE_AUTHENTICATOR, useValue: prepareByStrategy },
      enricher,
      { provide: ENRICHER_CLASS, useValue: { type: enricher === WithoutEnricher ? undefined : enricher } satisfies EnricherClass },
      provideAuthenticators(strategies),
      { provide: AuthEventSink, useClass: eventSink },
      { provide: AUTH_MODULE, useValue: true },
    ],
  });
}

const SOURCES = ['useFactory', 'useClass', 'useExisting'] as const;

/**
 * Checks that options of `forRootAsync()` say where the values come from.
 *
 * @throws AuthConfigurationError if they name none of the three sources, or several.
 */
export function withOneSource<T extends { readonly [K in (typeof SOURCES)[number]]?: unknown }>(options: T): T {
  const named = SOURCES.filter((name) => options[name] !== undefined);
  if (named.length === 1) return options;
  throw new AuthConfigurationError(
    `AuthModule.forRootAsync() needs exactly one of useFactory, useClass and useExisting, and has ${named.join(' and ') || 'none'}.`,
  );
}

/** What only `forRoot()` provides: in `imports: [AuthModule]` each of these reports what is missing: Nest may create any of them first. */
export const WITHOUT_FOR_ROOT: readonly Provider[] = [MODULE_OPTIONS_TOKEN, ENRICHER_CLASS, Authenticators, AuthEventSink].map(
  (provide) => ({
    provide,
    useFactory: () => {
      throw new AuthConfigurationError(
        'AuthModule is imported without forRoot(). Write imports: [AuthModule.forRoot({ schemes })] in the root module, and leave AuthModule out of the imports of all others: it is global.',
      );
    },
  }),
);

/**
 * The strategies of the application are injected, so that Nest makes them first, with all their dependencies, and so are the
 * dependencies of the built-in ones.
 */
function provideAuthenticators(strategies: readonly Type<AuthStrategy>[]): Provider {
  return {
    provide: Authenticators,
    useFactory: (prepare: PrepareAuthenticator, moduleRef: ModuleRef, _host: StrategyHost, ...instances: AuthStrategy[]) => {
      const builtIn = builtInStrategies((type) => moduleRef.create(type));
      return new Authenticators([...builtIn, ...instances], prepare);
    },
    inject: [PREPARE_AUTHENTICATOR, ModuleRef, StrategyHost, ...strategies],
  };
}
