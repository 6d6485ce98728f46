import { context, type Span, trace } from '@opentelemetry/api';

/** Runs `task` so that what it does belongs to `span`; where there is none, it belongs to what is under way. */
export function inSpan<T>(span: Span | undefined, task: () => T): T {
  return span === undefined ? task() : context.with(trace.setSpan(context.active(), span), task);
}
