import type { ExecutionContext } from '@nestjs/common';
import type { RefusalException } from '../../guard/exceptions.js';

/** The part of a call of `@grpc/grpc-js` that a refusal needs. */
export interface GrpcCall {
  emit(event: 'error', error: object): boolean;
}

/** The codes of gRPC's status, by those of HTTP. @see https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 429: 8, 503: 14 };
const UNKNOWN = 2;

/** Where Nest gives a handler the call: alone to `@GrpcStreamCall`, after data and metadata to every other. */
const STREAM_CALL = 0;
const CALL = 2;

/** The gRPC call that a context belongs to; undefined for another transport. */
export function grpcCallOf(context: ExecutionContext): GrpcCall | undefined {
  if (context.getType() !== 'rpc') return undefined;
  return [context.getArgByIndex<unknown>(STREAM_CALL), context.getArgByIndex<unknown>(CALL)].find(isGrpcCall);
}

/** Whether the handler is one of `@GrpcStreamCall`, which works with the call itself. */
export function isGrpcStreamCall(context: ExecutionContext): boolean {
  return isGrpcCall(context.getArgByIndex<unknown>(STREAM_CALL));
}

/** A refusal as gRPC says it. */
export function grpcStatusOf(refusal: RefusalException): { readonly code: number; readonly message: string } {
  return { code: CODES[refusal.getStatus()] ?? UNKNOWN, message: refusal.message };
}

/** What a client sends is data, and has no functions. */
function isGrpcCall(value: unknown): value is GrpcCall {
  if (typeof value !== 'object' || value === null) return false;
  return ['emit', 'sendMetadata', 'getPeer'].every((name) => typeof Reflect.get(value, name) === 'function');
}
