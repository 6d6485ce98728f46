import { type ExecutionContext, Injectable } from '@nestjs/common';
import { declaredResource, declaredService } from '../decorators/declaration.js';
import type { MessageKind } from '../plan/message-handlers.js';
import type { RefusalException } from './exceptions.js';

type ExceptionClass = new (message: string) => Error;

/** The exceptions that the transports of messages answer with, by the type of their context, and where they come from. */
const EXCEPTIONS: Readonly<Partial<Record<MessageKind, readonly [type: string, from: string, name: string]>>> = {
  'WebSocket message': ['ws', '@nestjs/websockets', 'WsException'],
  'microservice message': ['rpc', '@nestjs/microservices', 'RpcException'],
};

/** Says no where there is no HTTP answer to say it with. GraphQL makes errors of its own from Nest's exceptions. */
@Injectable()
export class TransportRefusals {
  private readonly classes = new Map<string, ExceptionClass>();

  /** Loads the exceptions of the transports that the application has; these packages are optional. */
  async load(kinds: Iterable<MessageKind>): Promise<void> {
    for (const kind of kinds) {
      const [type, from, name] = EXCEPTIONS[kind] ?? [];
      if (type === undefined || from === undefined || name === undefined) continue;
      const { [name]: found } = (await import(from).catch(() => ({}))) as Readonly<Record<string, ExceptionClass | undefined>>;
      if (found !== undefined) this.classes.set(type, found);
    }
  }

  /** The refusal, in the words of a context's transport. */
  of(context: ExecutionContext, refusal: RefusalException): Error {
    const found = this.classes.get(context.getType());
    return found === undefined ? refusal : new found(refusal.message);
  }
}

/** Whether a message handler is declared open. Nothing else can be declared for one. */
export function isDeclaredOpen(context: ExecutionContext): boolean {
  const type = context.getClass();
  const declared = declaredResource(type, context.getHandler().name).own ?? declaredService(type);
  return declared?.auth === false;
}
