import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import type { AuthModuleExtras, AuthModuleOptions } from './auth.options.js';
import { AuthEventSink, LoggerEventSink } from './guard/auth-event.sink.js';
import { BUILT_IN_STRATEGIES } from './strategies/built-in.js';

/** The injection token of the strategies' classes. */
export const STRATEGY_CLASSES = Symbol('nest-service-auth:strategies');

/** Nest's `forRoot` and `forRootAsync`, with the classes that extend the module beside the options. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<AuthModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras<Required<AuthModuleExtras>>({ imports: [], strategies: [], authorizers: [], eventSink: LoggerEventSink }, addExtras)
    .build();

function addExtras(definition: DynamicModule, extras: Required<AuthModuleExtras>): DynamicModule {
  const strategies = [...BUILT_IN_STRATEGIES, ...extras.strategies];
  return {
    ...definition,
    global: true,
    imports: [...new Set([...(definition.imports ?? []), ...extras.imports])],
    providers: [
      ...(definition.providers ?? []),
      ...strategies,
      ...extras.authorizers,
      { provide: STRATEGY_CLASSES, useValue: strategies },
      { provide: AuthEventSink, useClass: extras.eventSink },
    ],
  };
}
