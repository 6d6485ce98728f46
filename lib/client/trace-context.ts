import { channel } from 'node:diagnostics_channel';
import { context, propagation, trace } from '@opentelemetry/api';
import type { AuthRequest } from '../http/auth-request.js';

/** The header fields that identify the trace of a request. */
export type TraceContext = Readonly<Record<string, string>>;

/** A version that is not `ff`, identifiers that are not all zeros; versions after `00` may have more fields. @see W3C Trace Context §3.2 */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:(?<!^00.*)-[\x21-\x7e]{0,256})?$/;
/** The length that must be passed on. What is longer may be dropped as a whole. @see W3C Trace Context §3.3.1.5 */
const TRACESTATE = /^[\x20-\x7e\t]{1,512}$/;

/** The trace that a request belongs to; empty where it has none, or an invalid one. */
export function traceContextOf({ headers: { traceparent, tracestate } }: AuthRequest): TraceContext {
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return {};
  return typeof tracestate === 'string' && TRACESTATE.test(tracestate) ? { traceparent, tracestate } : { traceparent };
}

/** The channel on which undici reports requests before it sends them: instrumentation adds the trace context there. */
const created = channel('undici:request:create');

/**
 * The fields for an outgoing request: those of the incoming one, unless this process records spans itself. Then it is the current span that the
 * other side continues; and where undici is instrumented, the instrumentation writes the fields: two `traceparent` fields are invalid.
 *
 * @see W3C Trace Context §3.2.1
 */
export function outgoingTrace(incoming: TraceContext): TraceContext {
  if (trace.getActiveSpan() === undefined) return incoming;
  return created.hasSubscribers ? {} : messageTrace(incoming);
}

/** The same for an outgoing message, whose fields no instrumentation writes. */
export function messageTrace(incoming: TraceContext): TraceContext {
  const { traceparent, tracestate }: Record<string, string> = injected();
  if (traceparent === undefined) return incoming;
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

/** Runs `work` in the trace of the incoming request, unless a span is under way: the spans that instrumentation begins in it belong to that trace. */
export function inTrace<T>(incoming: TraceContext | undefined, work: () => T): T {
  if (incoming === undefined || trace.getActiveSpan() !== undefined) return work();
  return context.with(propagation.extract(context.active(), incoming), work);
}

/** The fields of the SDK's propagator. Baggage is left out: it may be confidential. */
function injected(): Record<string, string> {
  const fields: Record<string, string> = {};
  propagation.inject(context.active(), fields);
  return fields;
}
