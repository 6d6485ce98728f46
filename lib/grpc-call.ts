import type { ExecutionContext, HttpException } from '@nestjs/common';

/** A status of gRPC. */
export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
}

/** The part of a call of `@grpc/grpc-js` that a refusal needs. */
export interface GrpcCall {
  emit(event: 'error', error: object): boolean;
  emit(event: 'cancelled'): boolean;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  once(event: 'finish' | 'cancelled' | 'close', listener: () => void): unknown;
}

/** The codes of gRPC by the status codes of HTTP. @see https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 429: 8, 503: 14 };
const UNKNOWN = 2;
/** The code of gRPC for a caller that is not authenticated, or not any more. */
export const UNAUTHENTICATED = 16;

/** Where Nest gives a handler the call: alone to `@GrpcStreamCall`, after data and metadata to every other. */
const STREAM_CALL = 0;
const CALL = 2;

/** Whether a context belongs to a call of gRPC. */
export function isGrpcCall(context: ExecutionContext): boolean {
  return grpcCallOf(context) !== undefined;
}

/** The call of gRPC that a context belongs to; undefined for every other context. */
export function grpcCallOf(context: ExecutionContext): GrpcCall | undefined {
  if (context.getType() !== 'rpc') return undefined;
  const first = context.getArgByIndex<unknown>(STREAM_CALL);
  if (isCall(first)) return first;
  const third = context.getArgByIndex<unknown>(CALL);
  return isCall(third) ? third : undefined;
}

/** The status of gRPC that stands for an exception. */
export function grpcStatusOf(exception: HttpException): GrpcStatus {
  return { code: CODES[exception.getStatus()] ?? UNKNOWN, message: exception.message };
}

/**
 * Answers a call whose handler is one of `@GrpcStreamCall`, which works with the call itself. Nest handles no exception of a guard
 * there: it would be an unhandled rejection, which ends the process.
 *
 * @returns a promise that never settles; undefined for every other call, which is not answered.
 */
export function answerStreamCall(context: ExecutionContext, status: GrpcStatus): Promise<never> | undefined {
  const call = context.getType() === 'rpc' ? context.getArgByIndex<unknown>(STREAM_CALL) : undefined;
  if (!isCall(call)) return undefined;
  // A stream of requests alone is answered by its callback; no listener handles its errors.
  const callback: unknown = context.getArgByIndex(1);
  if (typeof callback === 'function') callback(status, null);
  else call.emit('error', status);
  return new Promise(() => undefined);
}

/** Whether messages go to and fro in a call: one message with one answer is no stream. */
export function isStream(call: GrpcCall): boolean {
  return ['read', 'write'].some((name) => typeof Reflect.get(call, name) === 'function');
}

/**
 * Ends a stream that a handler works with already: the client gets a status, what the handler reads ends with an error, and Nest stops
 * what the handler writes.
 */
export function endStream(context: ExecutionContext, call: GrpcCall, code: number, details: string): void {
  const error = Object.assign(new Error(details), { code, details });
  // A handler that fails because of it must not replace the status.
  call.on('error', (other) => {
    if (other !== error) call.emit('error', error);
  });
  const callback = isCall(context.getArgByIndex(STREAM_CALL)) ? context.getArgByIndex<unknown>(1) : undefined;
  if (typeof callback === 'function') callback(error, null);
  else call.emit('error', error);
  Reflect.set(call, 'cancelled', true);
  call.emit('cancelled');
}

/** What a client sends is data, and has no functions. */
function isCall(value: unknown): value is GrpcCall {
  if (typeof value !== 'object' || value === null) return false;
  const { emit, sendMetadata, getPeer } = value as Readonly<Record<string, unknown>>;
  return typeof emit === 'function' && typeof sendMetadata === 'function' && typeof getPeer === 'function';
}
