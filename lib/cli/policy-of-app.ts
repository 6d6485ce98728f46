import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { AuthService } from '../auth.service.js';
import { AUTH_MODULE } from '../decorators/auth-module-required.guard.js';
import { resultOf } from '../errors.js';
import type { PolicyEntry } from '../plan/policy.js';
import { UsageError } from './command.js';

/** What a file may export that is asked for here. */
interface Exports {
  readonly createApp?: unknown;
  readonly AppModule?: unknown;
  readonly default?: unknown;
}

const WANTED =
  'It must export createApp(), which returns the application as main.ts configures it, but not listening; or a module class, as AppModule or by default.';

/**
 * Boots the application of a file, without listening, reads its policy and closes it. What it prints meanwhile goes to `notes`.
 *
 * @throws UsageError if the file is not there, or exports no application.
 */
export async function readPolicyOf(entry: string, notes: NodeJS.WritableStream): Promise<PolicyEntry[]> {
  const divert = divertOutput(notes);
  try {
    const app = await boot(await load(entry), entry);
    try {
      return serviceOf(app, entry).policy();
    } finally {
      await app.close();
    }
  } finally {
    divert.end();
  }
}

async function load(entry: string): Promise<Exports> {
  const file = resolve(entry);
  if (/\.[cm]?ts$/.test(file) && !/\.d\.ts$/.test(file))
    throw new UsageError(`${entry} is TypeScript. Build it, and name the JavaScript file.`);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new UsageError(`${entry} is not there. Name the JavaScript file that the build writes, such as dist/app.module.js.`);
  return import(pathToFileURL(file).href);
}

async function boot(exports: Exports, entry: string): Promise<INestApplicationContext> {
  // The exports of a CommonJS file are those of its default, where Node does not see their names.
  const all: Exports = { ...(typeof exports.default === 'object' ? exports.default : {}), ...exports };
  if (typeof all.createApp === 'function') return initialized(await all.createApp(), entry);
  const module = all.AppModule ?? all.default;
  if (typeof module !== 'function') throw new UsageError(`${entry} exports ${namesOf(all)}. ${WANTED}`);
  // A peer of the package: only this command needs it here, and only now.
  const { NestFactory } = await import('@nestjs/core');
  return NestFactory.createApplicationContext(module as Type, { abortOnError: false, logger: ['warn'] });
}

function namesOf(exports: Exports): string {
  return Object.keys(exports).join(', ') || 'nothing';
}

async function initialized(given: unknown, entry: string): Promise<INestApplicationContext> {
  const app = given as (INestApplicationContext & { readonly getHttpServer?: () => { readonly listening?: boolean } }) | undefined;
  if (typeof app?.init !== 'function') throw new UsageError(`createApp() of ${entry} returns no Nest application.`);
  if (app.getHttpServer?.().listening !== true) return app.init();
  await app.close();
  throw new UsageError(`createApp() of ${entry} listens. Call listen() where it is called, in main.ts.`);
}

function serviceOf(app: INestApplicationContext, entry: string): AuthService {
  const service = provided<AuthService>(app, AuthService);
  if (service !== undefined) return service;
  throw new Error(
    provided(app, AUTH_MODULE) === undefined
      ? `The application of ${entry} has no AuthModule, so it has no policy. Import AuthModule.forRoot({ schemes }) in its root module.`
      : `The application of ${entry} uses another copy of nest-service-auth than this command. Run the copy that is installed with the application.`,
  );
}

function provided<T>(app: INestApplicationContext, token: symbol | Type<T>): T | undefined {
  return resultOf(() => app.get<T>(token, { strict: false }));
}

/** Nest logs to standard output, where only the policy belongs. */
function divertOutput(notes: NodeJS.WritableStream): { end(): void } {
  const { stdout } = process;
  const write = stdout.write;
  stdout.write = ((chunk: string | Uint8Array) => notes.write(chunk)) as typeof write;
  return {
    end() {
      stdout.write = write;
    },
  };
}
