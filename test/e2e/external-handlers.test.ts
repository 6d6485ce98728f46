import { Injectable, type OnApplicationBootstrap, type OnModuleInit, SetMetadata, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import { AuthEventSink, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { createApp } from '../support/adapters.js';
import { appModule, bootError, RecordingSink } from '../support/app.js';
import { withoutHelp } from '../support/without-help.js';

/** A library that finds handlers by its own mark, as those of commands, jobs and queues do, and calls them by Nest's external contexts. */
const Job = () => SetMetadata('jobs:job', true);

type Run = (...parameters: unknown[]) => Promise<unknown>;
interface ContextOptions {
  readonly guards: boolean;
  readonly interceptors: boolean;
  readonly filters: boolean;
}

@Injectable()
class JobRunner {
  readonly jobs = new Map<string, Run>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly contexts: ExternalContextCreator,
  ) {}

  explore(guards = true, type?: string): void {
    const options: ContextOptions = { guards, interceptors: true, filters: false };
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      for (const name of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance))) {
        const method = instance[name];
        if (!Reflect.getMetadata('jobs:job', method)) continue;
        const run = this.contexts.create(instance, method, name, '__routeArguments__', undefined, undefined, undefined, options, type);
        this.jobs.set(name, run as Run);
      }
    }
  }
}

@Injectable()
class EarlyRunner extends JobRunner implements OnModuleInit {
  onModuleInit() {
    this.explore();
  }
}

@Injectable()
class EarlyRunnerOfItsOwnType extends JobRunner implements OnModuleInit {
  onModuleInit() {
    this.explore(true, 'job');
  }
}

@Injectable()
class LateRunner extends JobRunner implements OnApplicationBootstrap {
  onApplicationBootstrap() {
    this.explore();
  }
}

@Injectable()
class RunnerWithoutGuards extends JobRunner implements OnModuleInit {
  onModuleInit() {
    this.explore(false);
  }
}

@Injectable()
class Jobs {
  @Job()
  silent() {
    return 'ran';
  }
  @ResourceAuth({ auth: false })
  @Job()
  open(@CurrentPrincipal() caller?: Principal) {
    return caller ?? 'ran';
  }
}

@ServiceAuth({ auth: false })
@Injectable()
class OpenJobs {
  @Job()
  silent() {
    return 'ran';
  }
}

@ServiceAuth({ auth: ['keys'] })
@Injectable()
class ProtectedJobs {
  @Job()
  silent() {
    return 'ran';
  }
}

@Injectable()
class Sink extends RecordingSink {}

const auth = { schemes: { keys: { apiKeyConfig: { keys: {} } } }, eventSink: Sink };
const module = (runner: Type, jobs: Type) => appModule({ auth, imports: [DiscoveryModule], providers: [runner, jobs] });

for (const type of [JobRunner, EarlyRunner, EarlyRunnerOfItsOwnType, LateRunner, RunnerWithoutGuards]) {
  Reflect.defineMetadata('design:paramtypes', [DiscoveryService, MetadataScanner, ExternalContextCreator], type);
}

/** Boots an application with a library and its jobs: what the module warns of, and what comes of the jobs. */
async function run(runner: Type<JobRunner>, jobs: Type) {
  const warnings: string[] = [];
  const logger = { log() {}, error() {}, warn: (line: string, from: string) => void (from === 'AuthModule' && warnings.push(line)) };
  const app = await createApp('express', module(runner, jobs), { logger });
  await app.init();
  const outcomes: Record<string, unknown> = {};
  for (const [name, job] of app.get(runner, { strict: false }).jobs) outcomes[name] = await job().catch(({ message }: Error) => message);
  const denied = app.get<Sink>(AuthEventSink, { strict: false }).events.map(({ route }) => route);
  await app.close();
  return { warnings, outcomes, denied };
}

const RUNNERS: readonly Type<JobRunner>[] = [EarlyRunner, EarlyRunnerOfItsOwnType, LateRunner];

describe.each(RUNNERS.map((runner) => [runner.name, runner] as const))('handlers of another library (%s)', (_, runner) => {
  it('are refused and reported, unless they are declared open', async () => {
    expect(await run(runner, Jobs)).toEqual({
      warnings: [
        'This module does not protect handlers of other libraries (refused; @ResourceAuth({ auth: false }) opens them): Jobs.silent',
      ],
      outcomes: { silent: 'Forbidden', open: 'ran' },
      denied: ['Jobs.silent'],
    });
  });

  it('are open where their class is, and that is not called without effect', async () => {
    expect(await run(runner, OpenJobs)).toEqual({ warnings: [], outcomes: { silent: 'ran' }, denied: [] });
  });

  it('stop the boot where a declaration should protect them', async () => {
    const error = await bootError('express', module(runner, ProtectedJobs));
    expect(withoutHelp(error)).toBe(
      'ProtectedJobs.silent @ServiceAuth: does not protect a handler of another library: this module protects routes, resolvers, gateways and message handlers. Check the caller in the handler, and write @ResourceAuth({ auth: false }) on it to let every message through.',
    );
  });
});

describe('handlers that another library calls without guards', () => {
  it('are reported as open', async () => {
    const { warnings, outcomes } = await run(RunnerWithoutGuards, Jobs);
    expect(warnings).toEqual([
      'Called by other libraries without any guard: Jobs.silent. They must check their callers themselves, or they are open.',
    ]);
    expect(outcomes).toEqual({ silent: 'ran', open: 'ran' });
  });
});
