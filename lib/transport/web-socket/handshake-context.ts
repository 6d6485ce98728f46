import type { ContextType, ExecutionContext, Type } from '@nestjs/common';

/** The context of a connection, for authorizers and parameters of `handleConnection`: Nest makes none. */
export class HandshakeContext implements ExecutionContext {
  constructor(
    private readonly type: object,
    private readonly handler: (...parameters: unknown[]) => unknown,
    private readonly parameters: readonly unknown[],
  ) {}

  getClass<T>(): Type<T> {
    return this.type as Type<T>;
  }

  getHandler(): (...parameters: unknown[]) => unknown {
    return this.handler;
  }

  getArgs<T extends unknown[]>(): T {
    return [...this.parameters] as T;
  }

  getArgByIndex<T>(index: number): T {
    return this.parameters[index] as T;
  }

  getType<T extends string = ContextType>(): T {
    return 'ws' as T;
  }

  switchToWs() {
    return {
      getClient: <T>() => this.parameters[0] as T,
      getData: <T>() => this.parameters[1] as T,
      getPattern: () => 'handleConnection',
    };
  }

  switchToHttp() {
    const request = <T>() => this.parameters[1] as T;
    return { getRequest: request, getResponse: <T>() => undefined as T, getNext: <T>() => undefined as T };
  }

  switchToRpc() {
    return { getData: <T>() => this.parameters[1] as T, getContext: <T>() => this.parameters[0] as T };
  }
}
