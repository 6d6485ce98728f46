import type { ExecutionContext } from '@nestjs/common';
import type { AuthRequest } from '../../http/auth-request.js';
import { DEFAULT_MAX_TOKEN_LENGTH } from '../../http/authorization.js';
import { MessageRecord, messageOf, records } from './message.js';
import { MessageRequest } from './message-request.js';
import { handlesEvents, patternsOf } from './refused-event.js';

/** The requests that stand for messages: one for each message. */
export class MessageRequests {
  /** The longest token that is looked at, in characters. */
  maxTokenLength = DEFAULT_MAX_TOKEN_LENGTH;
  /** The requests of runs whose message is not the latest one of its object. */
  private readonly earlier = new WeakMap<ExecutionContext, AuthRequest>();

  /** The request that stands for a message: the same one for each call with the context of a run. */
  of(context: ExecutionContext): AuthRequest {
    const message = messageOf(context);
    if (message === undefined) return MessageRequest.of(undefined, this.maxTokenLength);
    const known = records.get(message);
    if (known === undefined) {
      const request = MessageRequest.of(message, this.maxTokenLength);
      records.set(message, new MessageRecord(request, [context]));
      return request;
    }
    return known.runs.includes(context) ? known.request : (this.earlier.get(context) ?? this.read(message, known, context));
  }

  /** Transporters of applications may hand out one object for all messages: it stands for one message at a time. */
  private read(message: object, known: MessageRecord, context: ExecutionContext): AuthRequest {
    const request = MessageRequest.of(message, this.maxTokenLength);
    if (isOfMessage(context, request, known)) {
      known.runs.push(context);
      return known.request;
    }
    for (const run of known.runs) this.earlier.set(run, known.request);
    known.request = request;
    known.runs = [context];
    return request;
  }
}

/** Whether a run is the next one of a message. Only an event has several handlers, and each of them gets it once. */
function isOfMessage(context: ExecutionContext, { rawHeaders }: AuthRequest, { request, runs }: MessageRecord): boolean {
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
