import type { ContextType, ExecutionContext, Type } from '@nestjs/common';
import { createPrincipal, type Principal, type PrincipalInit } from '../principal.js';

/** Makes a principal for a test; it is `alice`, by a token, unless `init` says otherwise. */
export function testPrincipal(init: Partial<PrincipalInit> = {}): Principal {
  return createPrincipal({ scheme: 'test', method: 'jwt', username: 'alice', ...init });
}

/** What a test knows of the call that an authorizer judges. */
export interface TestContextInit {
  /** The caller, as `request.user`. */
  readonly principal?: Principal;
  /** The request, or the parts of it that the authorizer reads: `params`, `body`, `headers`. */
  readonly request?: object;
  /** The handler that is called. */
  readonly handler?: (...args: never[]) => unknown;
  /** The class of the handler. */
  readonly controller?: Type;
  /**
   * The kind of call.
   * @defaultValue 'http'
   */
  readonly type?: ContextType | 'graphql';
}

/** Makes the execution context that an authorizer is given: `authorizer.authorize(principal, testContext({ request }), args)`. */
export function testContext({
  principal,
  request = {},
  handler = unnamed,
  controller = Unnamed,
  type = 'http',
}: TestContextInit = {}): ExecutionContext {
  const call = { method: 'GET', url: '/', params: {}, query: {}, headers: {}, rawHeaders: [], user: principal, ...request };
  const args: unknown[] = [call, {}, () => undefined];
  const at = <T>(index: number) => args[index] as T;
  return {
    getType: <T extends string>() => type as T,
    getClass: <T>() => controller as Type<T>,
    getHandler: () => handler,
    getArgs: <T extends unknown[]>() => args as T,
    getArgByIndex: at,
    switchToHttp: () => ({ getRequest: <T>() => at<T>(0), getResponse: <T>() => at<T>(1), getNext: <T>() => at<T>(2) }),
    switchToRpc: () => ({ getData: <T>() => at<T>(0), getContext: <T>() => at<T>(1) }),
    switchToWs: () => ({ getClient: <T>() => at<T>(0), getData: <T>() => at<T>(1), getPattern: () => handler.name }),
  };
}

class Unnamed {}

function unnamed(): void {}
