import { type ExecutionContext, Logger } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthModuleRequired } from '../../../lib/decorators/auth-module-required.guard.js';

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
});
