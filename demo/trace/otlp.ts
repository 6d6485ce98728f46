import type { Span, SpanKind } from './span.js';

/** A value of an attribute, by the name of its type. A 64-bit number may be a string. */
type AnyValue = Readonly<Record<string, unknown>>;

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
}

interface ResourceSpans {
  readonly resource: { readonly attributes: readonly KeyValue[] };
  readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
}

/** The kinds by number. HTTP has no other kinds. */
const KINDS: Readonly<Record<number, SpanKind>> = { 2: 'server', 3: 'client' };

/**
 * Reads the spans of an export request in JSON, as an OpenTelemetry SDK sends it.
 *
 * @throws SyntaxError if it is not JSON.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function readSpans(json: string): Span[] {
  const { resourceSpans = [] } = JSON.parse(json) as { resourceSpans?: readonly ResourceSpans[] };
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => toSpan(service, span)));
  });
}

function toSpan(service: string, { parentSpanId = '', kind, startTimeUnixNano, endTimeUnixNano, ...span }: OtlpSpan): Span {
  const start = milliseconds(startTimeUnixNano);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
    service,
    name: span.name,
    kind: KINDS[kind] ?? 'internal',
    start,
    duration: milliseconds(endTimeUnixNano) - start,
    attributes: attributesOf(span.attributes ?? []),
  };
}

function attributesOf(list: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, attributeValue(value)]));
}

function attributeValue({ intValue, ...others }: AnyValue): unknown {
  return intValue === undefined ? Object.values(others)[0] : Number(intValue);
}

/** A JavaScript number is too small for nanoseconds since 1970, and large enough for microseconds. */
function milliseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1000n) / 1000;
}
