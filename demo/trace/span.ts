/** What a span has to do with other processes. @see https://opentelemetry.io/docs/specs/otel/trace/api/#spankind */
export type SpanKind = 'internal' | 'server' | 'client';

/** Something that a service did for a request. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** The span that it is a part of, which may be another process's; undefined if it is a part of nothing. */
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
