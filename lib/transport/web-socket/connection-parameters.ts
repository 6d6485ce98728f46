import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import { HANDLE_CONNECTION, isGateway } from '../../discovery/handler-kind.js';
import { fieldError } from '../../errors.js';
import { callerOf } from './connection.js';
import { HandshakeContext } from './handshake-context.js';
import { Run } from './run.js';
import type { WebSocketTransport } from './web-socket.transport.js';

/** A parameter with a decorator that `createParamDecorator()` made, as Nest keeps it. */
interface Parameter {
  readonly index: number;
  readonly factory?: (data: unknown, context: ExecutionContext) => unknown;
  readonly data: unknown;
  readonly pipes: readonly unknown[];
}

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

// The key of Nest's own metadata.
const PARAMETERS = '__routeArguments__';

/**
 * Fills the decorated parameters of `handleConnection`, such as `@CurrentPrincipal()`: Nest gives it only what the adapter sent.
 *
 * @throws AuthConfigurationError where they cannot be filled.
 */
export function fillConnectionParameters(providers: readonly Wrapper[], transport: WebSocketTransport): void {
  for (const wrapper of providers) {
    const { metatype, instance } = wrapper;
    if (typeof metatype !== 'function' || !isGateway(metatype as GatewayClass)) continue;
    const type = metatype as GatewayClass;
    const parameters = parametersOf(type);
    if (parameters.length === 0) continue;
    const place = `${type.name}.${HANDLE_CONNECTION}`;
    if (!wrapper.isDependencyTreeStatic())
      throw fieldError(
        place,
        'has decorated parameters, but the gateway is request-scoped. Give it the default scope, or remove the decorators.',
      );
    if (parameters.some(({ pipes }) => pipes.length > 0))
      throw fieldError(place, 'has decorated parameters with pipes, which cannot run for a connection. Remove the pipes.');
    fill(instance, type, parameters, transport);
  }
}

type GatewayClass = Parameters<typeof isGateway>[0];

function fill(gateway: Record<string, Handle>, type: GatewayClass, parameters: readonly Parameter[], transport: WebSocketTransport): void {
  const original = gateway[HANDLE_CONNECTION];
  if (original === undefined) return;
  gateway[HANDLE_CONNECTION] = function handleConnection(this: unknown, client: unknown, ...others: unknown[]) {
    const connection = transport.connectionOf(Object(client));
    const run = new Run();
    run.principal = connection && callerOf(connection, type);
    const context = new HandshakeContext(type, original, [client, connection, run]);
    const filled: unknown[] = [client, ...others];
    for (const { index, factory, data } of parameters) filled[index] = factory?.(data, context);
    return original.apply(this, filled);
  };
}

type Handle = (...parameters: unknown[]) => unknown;

function parametersOf(type: GatewayClass): Parameter[] {
  const found: Readonly<Record<string, Parameter>> = Reflect.getMetadata(PARAMETERS, type, HANDLE_CONNECTION) ?? {};
  return Object.values(found).filter(({ factory }) => factory !== undefined);
}
