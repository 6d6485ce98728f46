import type { ExecutionContext } from '@nestjs/common';
import { grpcCallOf } from '../../grpc-call.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { type ObjectTable, objectTable } from '../../object-table.js';
import type { KeptCaller } from './kept-caller.js';

/** Where Nest gives a handler the context of a message: after the payload. */
const CONTEXT = 1;

/** What stands for a message while it is handled: the call of gRPC, else the context that Nest made for it. */
export function messageOf(context: ExecutionContext): object | undefined {
  const message = grpcCallOf(context) ?? context.getArgByIndex<unknown>(CONTEXT);
  return typeof message === 'object' && message !== null ? message : undefined;
}

/** What is known of a message: one record, in the object that stands for it. */
export class MessageRecord {
  /** The callers that were admitted to handlers, of this and of earlier messages of the same object. */
  readonly callers: KeptCaller[] = [];

  constructor(
    /** The credentials of the latest message. */
    public request: AuthRequest,
    /** The runs of handlers that received the latest message. */
    public runs: ExecutionContext[],
  ) {}
}

/** What is known of the messages that are being handled, by the objects that stand for them. */
export const records: ObjectTable<object, MessageRecord> = objectTable();
