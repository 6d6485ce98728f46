import { ConfigurableModuleBuilder, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import * as z from 'zod';
import type { AuthModuleExtras, AuthModuleOptions } from './auth.options.js';
import { AuthEventSink } from './auth-event.js';
import { withAuthClients } from './client/client-providers.js';
import { fields, parseConfig } from './config/schema.js';
import { AUTH_MODULE } from './decorators/auth-module-required.guard.js';
import { AuthConfigurationError } from './errors.js';
import { LoggerEventSink } from './guard/auth-event.sink.js';
import { Authenticators, PREPARE_AUTHENTICATOR, type PrepareAuthenticator, prepareByStrategy } from './plan/authenticators.js';
import { BUILT_IN_STRATEGIES } from './strategies/built-in.js';
import type { AuthStrategy } from './strategies/strategy.js';

/** Nest's `forRoot` and `forRootAsync`, with the classes that extend the module beside the options. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<AuthModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras<Required<AuthModuleExtras>>({ imports: [], strategies: [], authorizers: [], eventSink: LoggerEventSink }, addExtras)
    .build();

const aClass = z.custom<Type>((value) => typeof value === 'function', {
  error: ({ input }) => `must be a class.${input === undefined ? ' Is it undefined because two files import each other?' : ''}`,
});
const extrasSchema = fields({
  imports: z.array(z.unknown()),
  strategies: z.array(aClass),
  authorizers: z.array(aClass),
  eventSink: aClass,
});

function addExtras(definition: DynamicModule, given: Required<AuthModuleExtras>): DynamicModule {
  const { imports, strategies, authorizers, eventSink } = given;
  parseConfig(extrasSchema, { imports, strategies, authorizers, eventSink }, 'AuthModule options');
  const allStrategies = [...BUILT_IN_STRATEGIES, ...strategies];
  return withAuthClients({
    ...definition,
    global: true,
    imports: [...new Set([...(definition.imports ?? []), ...imports])],
    providers: [
      ...(definition.providers ?? []),
      ...allStrategies,
      ...authorizers,
      { provide: PREPARE_AUTHENTICATOR, useValue: prepareByStrategy },
      provideAuthenticators(allStrategies),
      { provide: AuthEventSink, useClass: eventSink },
      { provide: AUTH_MODULE, useValue: true },
    ],
  });
}

/** What only `forRoot()` provides: in `imports: [AuthModule]` each of these says what is missing, whichever Nest comes to first. */
export const WITHOUT_FOR_ROOT: readonly Provider[] = [MODULE_OPTIONS_TOKEN, Authenticators, AuthEventSink].map((provide) => ({
  provide,
  useFactory: () => {
    throw new AuthConfigurationError(
      'AuthModule is imported without forRoot(). Write imports: [AuthModule.forRoot({ schemes })] in the root module, and leave AuthModule out of the imports of all others: it is global.',
    );
  },
}));

/** The strategies are injected, so that Nest makes them first, whatever their own dependencies wait for. */
function provideAuthenticators(strategies: readonly Type<AuthStrategy>[]): Provider {
  return {
    provide: Authenticators,
    useFactory: (prepare: PrepareAuthenticator, ...instances: AuthStrategy[]) => new Authenticators(instances, prepare),
    inject: [PREPARE_AUTHENTICATOR, ...strategies],
  };
}
