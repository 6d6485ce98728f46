import { jest } from '@jest/globals';
import { type CanActivate, type ExecutionContext, Logger, UseGuards } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { AUTH_MODULE, AuthModuleRequired } from '../../../lib/decorators/auth-module-required.guard.js';

const guard = () => new AuthModuleRequired(new ModulesContainer(), {} as never);

function rpcContextOf(...args: unknown[]): ExecutionContext {
  const context = new ExecutionContextHost(args, class Streams {}, function call() {});
  context.setType('rpc');
  return context;
}

function callThat(emitted: unknown[]) {
  return { emit: (...event: unknown[]) => void emitted.push(event), sendMetadata: () => undefined, getPeer: () => '' };
}

describe('a guard in an application without AuthModule', () => {
  const UNAVAILABLE = { code: 14, message: 'Service Unavailable' };
  beforeAll(() => Logger.overrideLogger(false));

  it('answers a stream call of gRPC through the call, because an exception of a guard would end the process', () => {
    const emitted: unknown[] = [];
    expect(guard().canActivate(rpcContextOf(callThat(emitted)))).toBeInstanceOf(Promise);
    expect(emitted).toEqual([['error', UNAVAILABLE]]);
  });

  it('answers a stream of requests alone by its callback', () => {
    const emitted: unknown[] = [];
    const answers: unknown[] = [];
    guard().canActivate(rpcContextOf(callThat(emitted), (...answer: unknown[]) => answers.push(answer)));
    expect([emitted, answers]).toEqual([[], [[UNAVAILABLE, null]]]);
  });

  it('refuses every other message, and lets Nest answer', () => {
    const emitted: unknown[] = [];
    expect(guard().canActivate(rpcContextOf({ text: 'hello' }, {}, callThat(emitted)))).toBe(false);
    expect(guard().canActivate(rpcContextOf({ text: 'hello' }))).toBe(false);
    expect(emitted).toEqual([]);
  });

  it('says so in the log once', () => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const one = guard();
    for (let time = 0; time < 2; time++) one.canActivate(rpcContextOf({ text: 'hello' }));
    expect(log.mock.calls).toEqual([[expect.stringContaining('AuthModule is not imported')]]);
    log.mockRestore();
  });
});

describe('a class with declarations', () => {
  class Own implements CanActivate {
    canActivate = () => true;
  }
  const guardsOf = (type: object) => Reflect.getMetadata('__guards__', type);

  it('has the guard once, before its own', () => {
    @ServiceAuth({ auth: ['sts'] })
    @UseGuards(Own)
    class Orders {
      @ResourceAuth({ auth: false })
      health() {}
      @ResourceAuth({ auth: ['sts'] })
      place() {}
    }
    @ServiceAuth({ auth: ['sts'] })
    class Stock {}
    expect([guardsOf(Orders), guardsOf(Stock)]).toEqual([[AuthModuleRequired, Own], [AuthModuleRequired]]);
  });
});

it('lets every call pass where one of the modules is AuthModule', () => {
  const modules = new ModulesContainer();
  for (const [name, providers] of [
    ['a', []],
    ['auth', [[AUTH_MODULE, true]]],
    ['b', []],
  ] as const)
    modules.set(name, { providers: new Map(providers as never), controllers: new Map() } as never);
  const guard = new AuthModuleRequired(modules, { httpAdapter: {} } as never);
  guard.onModuleInit();
  expect(guard.canActivate(rpcContextOf({ text: 'hello' }))).toBe(true);
});
