import type { ExecutionContext } from '@nestjs/common';
import { grpcCallOf } from '../../grpc-call.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { DEFAULT_MAX_TOKEN_LENGTH, readCredentials } from '../../http/authorization.js';
import { fieldsOf } from './places/every-place.js';

/** Where Nest gives a handler the context of a message: after the payload. */
const CONTEXT = 1;

/** What is read of a message. No other field of it is a credential, and its payload never is. */
const READ: ReadonlySet<string> = new Set(['authorization', 'traceparent', 'tracestate']);

/** What stands for a message while it is handled: the call of gRPC, else the context that Nest made for it. */
export function messageOf(context: ExecutionContext): object | undefined {
  const message = grpcCallOf(context) ?? context.getArgByIndex<unknown>(CONTEXT);
  return typeof message === 'object' && message !== null ? message : undefined;
}

/** The credentials and the trace of messages, in the form that strategies read: one request for each message. */
export class MessageRequests {
  /** The longest token that is looked at, in characters. */
  maxTokenLength = DEFAULT_MAX_TOKEN_LENGTH;
  private readonly requests = new WeakMap<object, AuthRequest>();

  /** The request that stands for a message. */
  of(context: ExecutionContext): AuthRequest {
    const message = messageOf(context);
    if (message === undefined) return { headers: {}, rawHeaders: [] };
    const known = this.requests.get(message);
    if (known !== undefined) return known;
    const fields = requestOfMessage(message);
    // Wherever a scheme looks in requests of HTTP, a message has its token here.
    const request = { ...fields, bearer: readCredentials(fields, 'bearer', this.maxTokenLength) };
    this.requests.set(message, request);
    return request;
  }
}

/** A name that occurs several times stays several fields, so that several credentials are found. */
function requestOfMessage(message: object): AuthRequest {
  const headers: Record<string, string> = {};
  const rawHeaders: string[] = [];
  for (const [field, given] of fieldsOf(message)) {
    const name = String(field).toLowerCase();
    if (!READ.has(name)) continue;
    for (const value of textsIn(given)) {
      headers[name] ??= value;
      rawHeaders.push(name, value);
    }
  }
  return { headers, rawHeaders };
}

function textsIn(given: unknown): string[] {
  return (Array.isArray(given) ? given : [given]).filter((each) => each !== undefined && each !== null).map(textIn);
}

/** A value that is neither text nor bytes is a field without a value: it is there, and is no credential. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}
