import type { ExecutionContext } from '@nestjs/common';
import { grpcCallOf } from '../../grpc-call.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { DEFAULT_MAX_TOKEN_LENGTH, readCredentials } from '../../http/authorization.js';
import { objectTable } from '../../object-table.js';
import { fieldsOf } from './places/every-place.js';
import { FIELD_NAMES } from './places/place.js';
import { handlesEvents, patternsOf } from './refused-event.js';

/** Where Nest gives a handler the context of a message: after the payload. */
const CONTEXT = 1;

/** What stands for a message while it is handled: the call of gRPC, else the context that Nest made for it. */
export function messageOf(context: ExecutionContext): object | undefined {
  const message = grpcCallOf(context) ?? context.getArgByIndex<unknown>(CONTEXT);
  return typeof message === 'object' && message !== null ? message : undefined;
}

/** A message, and the runs of handlers that received it. */
interface Message {
  readonly request: AuthRequest;
  readonly runs: ExecutionContext[];
}

/** The credentials and the trace of messages, in the form that strategies read: one request for each message. */
export class MessageRequests {
  /** The longest token that is looked at, in characters. */
  maxTokenLength = DEFAULT_MAX_TOKEN_LENGTH;
  private readonly messages = objectTable<object, Message>();
  /** The requests of runs whose message is not the latest one of its object. */
  private readonly earlier = new WeakMap<ExecutionContext, AuthRequest>();

  /** The request that stands for a message: the same one for each call with the context of a run. */
  of(context: ExecutionContext): AuthRequest {
    const message = messageOf(context);
    if (message === undefined) return { headers: {}, rawHeaders: [] };
    const known = this.messages.get(message);
    if (known === undefined) return this.begin(message, requestOfMessage(message), context);
    return known.runs.includes(context) ? known.request : (this.earlier.get(context) ?? this.read(message, known, context));
  }

  /** Transporters of applications may hand out one object for all messages: it stands for one message at a time. */
  private read(message: object, known: Message, context: ExecutionContext): AuthRequest {
    const fields = requestOfMessage(message);
    if (isOfMessage(context, fields, known)) {
      known.runs.push(context);
      return known.request;
    }
    for (const run of known.runs) this.earlier.set(run, known.request);
    return this.begin(message, fields, context);
  }

  private begin(message: object, fields: AuthRequest, run: ExecutionContext): AuthRequest {
    // Wherever a scheme looks in requests of HTTP, a message has its token here.
    const { headers, rawHeaders } = fields;
    const request: AuthRequest = { headers, rawHeaders, bearer: readCredentials(fields, 'bearer', this.maxTokenLength) };
    this.messages.set(message, { request, runs: [run] });
    return request;
  }
}

/** Whether a run is the next one of a message. Only an event has several handlers, and each of them gets it once. */
function isOfMessage(context: ExecutionContext, { rawHeaders }: AuthRequest, { request, runs }: Message): boolean {
  const [first] = runs;
  if (first === undefined || !handlesEvents(context) || first.getArgByIndex(0) !== context.getArgByIndex(0)) return false;
  const isRepeated = runs.some((run) => run.getClass() === context.getClass() && run.getHandler() === context.getHandler());
  return !isRepeated && isSameList(request.rawHeaders, rawHeaders) && sharePattern(first, context);
}

function isSameList(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}

function sharePattern(one: ExecutionContext, other: ExecutionContext): boolean {
  const patterns = new Set(patternsOf(one));
  return patternsOf(other).some((each) => patterns.has(each));
}

/** A name that occurs several times stays several fields, so that several credentials are found. */
function requestOfMessage(message: object): AuthRequest {
  const headers: Record<string, string> = {};
  const rawHeaders: string[] = [];
  for (const [field, given] of fieldsOf(message)) {
    const name = String(field).toLowerCase();
    if (!FIELD_NAMES.includes(name)) continue;
    // Hardly ever a list: a list for each value would cost every message.
    if (Array.isArray(given)) for (const each of given) addField(headers, rawHeaders, name, each);
    else addField(headers, rawHeaders, name, given);
  }
  return { headers, rawHeaders };
}

function addField(headers: Record<string, string>, rawHeaders: string[], name: string, given: unknown): void {
  if (given === undefined || given === null) return;
  const value = textIn(given);
  headers[name] ??= value;
  rawHeaders.push(name, value);
}

/** A value that is neither text nor bytes is a field without a value: it is there, and is no credential. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}
