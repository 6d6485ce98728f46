import type { ExecutionContext } from '@nestjs/common';
import type { AuthRequest } from '../../http/auth-request.js';
import type { Principal } from '../../principal.js';
import { KeptCaller } from './kept-caller.js';
import { MessageRecord, messageOf, records } from './message.js';

/** Keeps the caller of a run, which was authenticated by `request`; undefined for one without credentials. */
export function keepCaller(context: ExecutionContext, principal: Principal | undefined, request: AuthRequest): void {
  const caller = new KeptCaller(context, request, principal);
  const { callers } = recordOf(context, request);
  // Several handlers of one event get the same message, and each of them has its own caller.
  if (callers.length > 0 && callers.some((each) => each.isOf(context))) keepBeside(context, caller);
  else callers.push(caller);
}

/** The caller that was kept for the run of a handler; undefined on an open one. */
export function callerOfRun(context: ExecutionContext): Principal | undefined {
  return keptFor(context)?.principal;
}

/** Whether a caller was kept with this very context. */
export function isKept(context: ExecutionContext): boolean {
  return keptFor(context)?.isFor(context) === true;
}

function keptFor(context: ExecutionContext): KeptCaller | undefined {
  return (
    findCaller(context.getArgs<unknown[]>(), context) ?? findCaller(records.get(messageOf(context) ?? context)?.callers ?? [], context)
  );
}

function findCaller(values: readonly unknown[], context: ExecutionContext): KeptCaller | undefined {
  for (const each of values) if (each instanceof KeptCaller && each.isOf(context)) return each;
  return undefined;
}

/** Where nothing stands for the message, the run alone knows its caller. */
function recordOf(context: ExecutionContext, request: AuthRequest): MessageRecord {
  const holder = messageOf(context) ?? context;
  const known = records.get(holder);
  if (known !== undefined) return known;
  const record = new MessageRecord(request, [context]);
  records.set(holder, record);
  return record;
}

/** A transporter may give one context to all of its messages. They may be handled at the same time: the caller stands in the parameters of its run. */
function keepBeside(context: ExecutionContext, caller: KeptCaller): void {
  context.getArgs<unknown[]>().push(caller);
}
