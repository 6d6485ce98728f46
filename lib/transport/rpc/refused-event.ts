import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import type { RefusalBody } from './refusal-body.js';

// The key and the value of Nest's own metadata.
const HANDLER_TYPE = 'microservices:handler_type';
const EVENT = 2;
const PATTERN = 'microservices:pattern';

/** Stops the handler of an event. Its filter turns it into a value: an error would stop the other handlers of the same event. */
export class RefusedEvent extends Error {
  override readonly name = 'RefusedEvent';

  constructor(readonly body: RefusalBody) {
    super(body.message);
  }
}

/** Whether a handler is one of events, which have no answer. */
export function handlesEvents(context: ExecutionContext): boolean {
  return Reflect.getMetadata(HANDLER_TYPE, context.getHandler()) === EVENT;
}

/** The patterns of a handler, in a form that can be compared. */
export function patternsOf(context: ExecutionContext): readonly string[] {
  const patterns: unknown = Reflect.getMetadata(PATTERN, context.getHandler());
  return [patterns].flat().map((each) => JSON.stringify(each) ?? '');
}
