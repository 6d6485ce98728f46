import { type Attributes, type Counter, type Meter, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { inSpan } from './in-span.js';
import { findMeter, findTracer } from './providers.js';

/** Why a request for a token came to nothing. */
export interface TokenFailure {
  /** Whether the token endpoint rejected the request, or gave no usable answer. */
  readonly outcome: 'refused' | 'unavailable';
  /** The error code of a refusal. @see RFC 6749 §5.2 */
  readonly reason?: string;
  /** What kind of error it is; undefined where it is a caller's mistake. */
  readonly errorType?: string;
}

/** A span and a metric for every request of one client for a token. */
export class ClientTelemetry {
  private readonly requests: Counter | undefined;

  /** @param client - the client's name. */
  constructor(
    private readonly client: string,
    private readonly tracer: Tracer | undefined,
    meter: Meter | undefined,
  ) {
    this.requests = meter?.createCounter('auth.client.token_requests', {
      unit: '{request}',
      description: 'Requests of clients for tokens.',
    });
  }

  /**
   * Observes a request for a token. What it sends belongs to its span.
   *
   * @param grantType - the `grant_type`.
   * @param failureOf - the outcome, by the error.
   */
  async observe<T>(grantType: string, request: () => Promise<T>, failureOf: (error: unknown) => TokenFailure): Promise<T> {
    const asked = { 'auth.client': this.client, 'auth.grant': nameOf(grantType) };
    const span = this.tracer?.startSpan('obtain token', { kind: SpanKind.INTERNAL, attributes: asked });
    try {
      const answer = await inSpan(span, request);
      this.count(asked, 'obtained');
      span?.setAttribute('auth.outcome', 'obtained');
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      this.count(asked, failure.outcome);
      if (span !== undefined) mark(span, failure);
      throw error;
    } finally {
      span?.end();
    }
  }

  private count(asked: Attributes, outcome: string): void {
    this.requests?.add(1, { ...asked, 'auth.outcome': outcome });
  }
}

/** Opens the telemetry of a client; undefined if the application has started no SDK by now. */
export function openClientTelemetry(client: string): ClientTelemetry | undefined {
  const [tracer, meter] = [findTracer(), findMeter()];
  return tracer === undefined && meter === undefined ? undefined : new ClientTelemetry(client, tracer, meter);
}

/** Extension grants have URNs, whose last part is written as the names of the others are: `token_exchange`. @see RFC 6749 §4.5 */
function nameOf(grantType: string): string {
  return grantType.slice(grantType.lastIndexOf(':') + 1).replaceAll('-', '_');
}

/** Without the error itself: its message names the endpoint, and is for the log. */
function mark(span: Span, { outcome, reason, errorType }: TokenFailure): void {
  span.setAttribute('auth.outcome', outcome);
  if (reason !== undefined) span.setAttribute('auth.reason', reason);
  if (errorType === undefined) return;
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
