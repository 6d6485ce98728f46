import type { ExecutionContext, Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { RpcException } from '@nestjs/microservices';
import { WsException } from '@nestjs/websockets';
import { GraphQLError } from 'graphql';
import type { AuthGuard } from 'nest-service-auth';
import { isRefusal } from '../../lib/guard/exceptions.js';
import { RefusedEvent } from '../../lib/transport/rpc/refused-event.js';
import { withinBound } from './bounded.js';

/** What the outcome of a call without proof looks like. */
export const REFUSED = /^refused (?:400|401|403|429|503|3|7|8|14|16|UNAUTHENTICATED|FORBIDDEN|UNAVAILABLE|TOO_MANY_REQUESTS|BAD_REQUEST)$/;

/** One call of a handler, as Nest asks its guards about it. */
export interface GuardedCall {
  readonly type: Type;
  readonly handler: string;
  /** The name of Nest for the kind of context. */
  readonly kind: 'http' | 'rpc' | 'ws' | 'graphql';
  readonly args: unknown[];
}

/**
 * What became of a call: `admitted`, or `refused` with the status or the code of the refusal.
 *
 * @throws Error if the guard took too long, or threw anything but a refusal of this module.
 */
export async function outcomeOf(guard: AuthGuard, { type, handler, kind, args }: GuardedCall): Promise<string> {
  const context = new ExecutionContextHost(args, type, type.prototype[handler]);
  context.setType(kind);
  try {
    return (await withinBound(() => guard.canActivate(context as ExecutionContext))) ? 'admitted' : 'false';
  } catch (error) {
    return `refused ${answerOf(error)}`;
  }
}

/** The status or the code of a refusal. @throws Error if it is none */
function answerOf(error: unknown): unknown {
  if (isRefusal(error)) return error.getStatus();
  if (error instanceof RefusedEvent) return error.body.statusCode;
  if (error instanceof GraphQLError) return error.extensions.code;
  if (error instanceof WsException) return Object(error.getError()).code;
  if (!(error instanceof RpcException)) throw new Error('The guard threw something else than a refusal.', { cause: error });
  const body = Object(error.getError());
  return body.statusCode ?? body.code;
}
