import type { ExecutionContext } from '@nestjs/common';
import { objectTable } from '../../object-table.js';
import type { Principal } from '../../principal.js';
import { messageOf } from './message-request.js';

/** The caller of one run of a handler. */
class Run {
  constructor(
    private readonly type: unknown,
    private readonly handler: unknown,
    readonly principal: Principal | undefined,
  ) {}

  isOf(context: ExecutionContext): boolean {
    return this.type === context.getClass() && this.handler === context.getHandler();
  }
}

/** The runs of each message: several handlers of one event get the same context, and each of them has its own caller. */
const runs = objectTable<object, Run[]>();

/** Keeps the caller of a run; undefined for one without credentials. */
export function keepCaller(context: ExecutionContext, principal: Principal | undefined): void {
  const message = messageOf(context);
  if (message === undefined) return;
  const run = new Run(context.getClass(), context.getHandler(), principal);
  const known = runs.get(message);
  if (known === undefined) runs.set(message, [run]);
  else if (known.some((each) => each.isOf(context))) keepBeside(context, run);
  else known.push(run);
}

/** The caller that was kept for the run of a handler; undefined on an open one. */
export function callerOfRun(context: ExecutionContext): Principal | undefined {
  const message = messageOf(context);
  const own = findRun(context.getArgs<unknown[]>(), context);
  return (own ?? (message && findRun(runs.get(message) ?? [], context)))?.principal;
}

function findRun(values: readonly unknown[], context: ExecutionContext): Run | undefined {
  for (const each of values) if (each instanceof Run && each.isOf(context)) return each;
  return undefined;
}

/** A transporter may give one context to all of its messages. They may be handled at the same time: the caller stands in the parameters of its run. */
function keepBeside(context: ExecutionContext, run: Run): void {
  context.getArgs<unknown[]>().push(run);
}
