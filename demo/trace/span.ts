/** Whether a span is about a request to or from another process. @see https://opentelemetry.io/docs/specs/otel/trace/api/#spankind */
export type SpanKind = 'internal' | 'server' | 'client';

/** An operation of a service, as OpenTelemetry records it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Its parent span, which may be in another process. Undefined for a root span. */
  readonly parentSpanId: string | undefined;
  /** The name of the service. */
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** Milliseconds since 1970, with fractions. */
  readonly start: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}
