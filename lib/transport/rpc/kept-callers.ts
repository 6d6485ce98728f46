import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from '../../principal.js';
import { messageOf } from './message-request.js';

/** The caller of one run of a handler. */
interface Run {
  readonly type: unknown;
  readonly handler: unknown;
  readonly principal: Principal | undefined;
}

/** The runs of each message: several handlers of one event get the same context, and each of them has its own caller. */
const runs = new WeakMap<object, Run[]>();

/** Keeps the caller of a run; undefined for one without credentials. */
export function keepCaller(context: ExecutionContext, principal: Principal | undefined): void {
  const message = messageOf(context);
  if (message === undefined) return;
  const run = { type: context.getClass(), handler: context.getHandler(), principal };
  const known = runs.get(message);
  if (known === undefined) runs.set(message, [run]);
  else known.push(run);
}

/** The caller that was kept for the run of a handler; undefined on an open one. */
export function callerOfRun(context: ExecutionContext): Principal | undefined {
  const message = messageOf(context);
  if (message === undefined) return undefined;
  const [type, handler] = [context.getClass(), context.getHandler()];
  return runs.get(message)?.findLast((run) => run.type === type && run.handler === handler)?.principal;
}
