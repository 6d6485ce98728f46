import type { DynamicModule, INestApplication, ModuleMetadata } from '@nestjs/common';
import {
  AuthConfigurationError,
  AuthEventSink,
  AuthModule,
  type AuthModuleExtras,
  type AuthModuleOptions,
  type DenialEvent,
} from 'nest-service-auth';
import { type AdapterName, createApp, type RunningApp, type StartOptions, startApp } from './adapters.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ProbeStrategy } from './probe.strategy.js';

export interface AppParts extends ModuleMetadata {
  /** What `AuthModule.forRoot` is given; the test strategies are added. */
  readonly auth?: AuthModuleOptions & AuthModuleExtras;
}

/** A root module with the module under test and the test strategies. */
export function appModule({ auth = {}, imports = [], ...metadata }: AppParts): DynamicModule {
  class AppModule {}
  const strategies = [ApiKeyStrategy, ProbeStrategy, ...(auth.strategies ?? [])];
  return { module: AppModule, imports: [AuthModule.forRoot({ ...auth, strategies }), ...imports], ...metadata };
}

/** Starts an application for the time of `use`. */
export async function withApp(
  adapter: AdapterName,
  module: object,
  use: (running: RunningApp) => Promise<void>,
  options: StartOptions = {},
): Promise<void> {
  const running = await startApp(adapter, module, options);
  try {
    await use(running);
  } finally {
    await running.app.close();
  }
}

/** The mistake that stops the boot of an application. */
export async function bootError(adapter: AdapterName, module: object, options: StartOptions = {}): Promise<AuthConfigurationError> {
  const app = await createApp(adapter, module, options);
  const error = await app.init().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await app.close();
  if (!(error instanceof AuthConfigurationError)) throw new Error(`The boot was not stopped by a configuration error: ${String(error)}`);
  return error;
}

/** Keeps the events: see {@link eventsOf}. */
export class RecordingSink extends AuthEventSink {
  readonly events: DenialEvent[] = [];

  denied(event: DenialEvent): void {
    this.events.push(event);
  }
}

/** What an application with a {@link RecordingSink} told of, oldest first. */
export function eventsOf(app: INestApplication): readonly DenialEvent[] {
  return app.get<AuthEventSink, RecordingSink>(AuthEventSink, { strict: false }).events;
}
