import { type Attributes, type Counter, type Histogram, isSpanContextValid, type Span, SpanStatusCode } from '@opentelemetry/api';
import { propertyOf, textOf } from '../errors.js';
import type { Decision } from './decision.js';

/** What decisions are recorded with. */
export interface DecisionInstruments {
  /** Counts decisions. */
  readonly requests: Counter | undefined;
  /** Records how long they took, in seconds. */
  readonly duration: Histogram | undefined;
}

/** One authentication in progress: it ends with the first decision that is recorded. */
export class Observation {
  private readonly startedAt = performance.now();
  private ended = false;

  constructor(
    private readonly instruments: DecisionInstruments,
    private readonly span: Span | undefined,
  ) {}

  /** The identifier of the trace that it belongs to. @see W3C Trace Context §3.2.2.3 */
  get traceId(): string | undefined {
    return traceIdOf(this.span);
  }

  /** The caller was let in by a scheme, or by `anonymous`. */
  admitted(scheme: string): void {
    this.end({ scheme, outcome: 'accepted' });
  }

  /** Ends with a decision. */
  end(decision: Decision, steps: readonly string[] = []): void {
    if (this.ended) return;
    this.ended = true;
    this.instruments.requests?.add(1, attributesOf(decision));
    this.instruments.duration?.record((performance.now() - this.startedAt) / 1000, withoutReason(decision));
    if (this.span !== undefined) finish(this.span, decision, steps);
  }

  /** Something that is neither an admission nor a refusal was thrown. */
  failed(error: unknown): void {
    if (this.ended) return;
    const [name, stack] = [propertyOf(error, 'name'), propertyOf(error, 'stack')];
    const reason = typeof name === 'string' ? name : 'unknown';
    this.span?.recordException({ name: reason, message: textOf(error), ...(typeof stack === 'string' && { stack }) });
    this.end({ scheme: 'none', outcome: 'error', reason });
  }
}

/** The identifier of the trace that a span belongs to. */
export function traceIdOf(span: Span | undefined): string | undefined {
  const spanContext = span?.spanContext();
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

/** The attributes of a decision. */
export function attributesOf({ scheme, outcome, reason }: Decision): Attributes {
  return { 'auth.scheme': scheme, 'auth.outcome': outcome, ...(reason !== undefined && { 'auth.reason': reason }) };
}

/** A histogram costs a dozen series for each combination of its attributes, and the counter has the reasons already. */
function withoutReason({ scheme, outcome, reason }: Decision): Attributes {
  const attributes = { 'auth.scheme': scheme, 'auth.outcome': outcome };
  return isFault(outcome) && reason !== undefined ? { ...attributes, 'error.type': reason } : attributes;
}

/** A refusal is the caller's fault: only what is the server's makes a span an error, as with HTTP servers' spans. */
function finish(span: Span, decision: Decision, steps: readonly string[]): void {
  span.setAttributes(attributesOf(decision));
  if (steps.length > 1) span.setAttribute('auth.steps', [...steps]);
  if (isFault(decision.outcome)) {
    span.setAttribute('error.type', decision.reason ?? decision.outcome);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function isFault(outcome: Decision['outcome']): boolean {
  return outcome === 'unavailable' || outcome === 'error';
}
