import type { ExecutionContext } from '@nestjs/common';
import type { MessageKind, MethodCatalog } from '../discovery/message-handlers.js';
import type { RefusalException } from '../guard/exceptions.js';
import { type GrpcCall, grpcCallOf, grpcStatusOf, isGrpcStreamCall } from './rpc/grpc-call.js';

type ExceptionClass = new (error: string | object) => Error;

/** The exceptions that the transports of messages answer with, by the type of their context, and where they come from. */
const EXCEPTIONS: Readonly<Partial<Record<MessageKind, readonly [type: string, from: string, name: string]>>> = {
  'WebSocket message': ['ws', '@nestjs/websockets', 'WsException'],
  'microservice message': ['rpc', '@nestjs/microservices', 'RpcException'],
};

/** Says no where there is no HTTP answer to say it with. GraphQL makes errors of its own from Nest's exceptions. */
export class TransportRefusals {
  private readonly classes = new Map<string, ExceptionClass>();

  /** Loads the exceptions of the transports that the application has handlers for; these packages are optional. */
  async load(catalog: Pick<MethodCatalog, 'methods'>): Promise<this> {
    const kinds = new Set(catalog.methods().flatMap(({ kind }) => kind ?? []));
    for (const kind of kinds) {
      const [type, from, name] = EXCEPTIONS[kind] ?? [];
      if (type === undefined || from === undefined || name === undefined) continue;
      const { [name]: found } = (await import(from).catch(() => ({}))) as Readonly<Record<string, ExceptionClass | undefined>>;
      if (found !== undefined) this.classes.set(type, found);
    }
    return this;
  }

  /**
   * Refuses a call in the words of its transport.
   *
   * @returns a promise that never settles, where the refusal was sent already.
   * @throws the exception that the transport makes an answer of, everywhere else.
   */
  refuse(context: ExecutionContext, refusal: RefusalException): Promise<never> {
    const call = grpcCallOf(context);
    if (call === undefined) throw this.exceptionFor(context, refusal.message) ?? refusal;
    const status = grpcStatusOf(refusal);
    // Nest handles no exception of a guard there: it would be an unhandled rejection, which ends the process.
    if (isGrpcStreamCall(context)) return answered(call, context, status);
    throw this.exceptionFor(context, status) ?? Object.assign(refusal, status);
  }

  private exceptionFor(context: ExecutionContext, error: string | object): Error | undefined {
    const Found = this.classes.get(context.getType());
    return Found === undefined ? undefined : new Found(error);
  }
}

/** A stream of requests alone is answered by its callback; nobody listens for its errors. */
function answered(call: GrpcCall, context: ExecutionContext, status: object): Promise<never> {
  const callback: unknown = context.getArgByIndex(1);
  if (typeof callback === 'function') callback(status, null);
  else call.emit('error', status);
  return new Promise(() => undefined);
}
