import { type MetricOptions, SpanStatusCode, trace } from '@opentelemetry/api';
import { DoorTelemetry, openDoorTelemetry } from '../../../lib/observe/door-telemetry.js';
import { startTelemetry, type Telemetry } from '../../support/telemetry.js';

const HANDLER = { label: 'X.y', transport: 'rpc' } as const;
const NO_TRACE = { headers: {} };

let telemetry: Telemetry | undefined;
afterEach(() => telemetry?.stop());

const opened = () => {
  telemetry = startTelemetry();
  const door = openDoorTelemetry();
  if (door === undefined) throw new Error('The SDK was not found.');
  return { door, telemetry };
};

it('is not there without an SDK', () => {
  expect(openDoorTelemetry()).toBeUndefined();
});

it.each([
  [
    'at once',
    () => {
      throw new TypeError('a defect');
    },
  ],
  [
    'later',
    async () => {
      throw new TypeError('a defect');
    },
  ],
])('ends the span of a defect that shows %s, and passes it on', async (_, attempt: () => Promise<never>) => {
  const { door, telemetry } = opened();
  await expect(async () => door.observe(HANDLER, NO_TRACE, attempt)).rejects.toThrow('a defect');
  const [span] = telemetry.spans();
  expect(span?.attributes).toMatchObject({ 'auth.outcome': 'error', 'auth.reason': 'TypeError', 'error.type': 'TypeError' });
  expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  expect(await telemetry.valueOf('auth.requests', { 'auth.outcome': 'error' })).toBe(1);
});

it('ends an attempt once, with the first decision', async () => {
  const { door, telemetry } = opened();
  const steps = [{ scheme: 'a', outcome: 'forbidden', reason: 'insufficient_scope' }] as const;
  door.observe(HANDLER, NO_TRACE, (observation) => {
    door.denied({ status: 403, code: 'ERR_AUTH_FORBIDDEN', transport: 'http', route: 'X.y', steps }, observation);
    observation.failed(new Error('whatever comes after'));
  });
  expect(telemetry.spans().map(({ attributes }) => attributes['auth.outcome'])).toEqual(['forbidden']);
  expect((await telemetry.series('auth.requests')).map(({ value }) => value)).toEqual([1]);
});

it('lists in the span what was tried, where several schemes were', () => {
  const { door, telemetry } = opened();
  const steps = [
    { scheme: 'a', outcome: 'rejected', reason: 'expired' },
    { scheme: 'b', outcome: 'absent', reason: 'no_credentials' },
  ] as const;
  door.observe(HANDLER, NO_TRACE, (observation) =>
    door.denied({ status: 401, code: 'ERR_AUTH_UNAUTHENTICATED', transport: 'rpc', route: 'X.y', steps }, observation),
  );
  expect(telemetry.spans()[0]?.attributes['auth.steps']).toEqual(['a rejected (expired)', 'b absent (no_credentials)']);
});

it('asks for buckets from microseconds to seconds', () => {
  const asked: MetricOptions[] = [];
  const createHistogram = (_: string, options: MetricOptions) => void asked.push(options);
  new DoorTelemetry(undefined, { createCounter: () => undefined, createHistogram } as never);
  const bounds = asked[0]?.advice?.explicitBucketBoundaries ?? [];
  expect([bounds[0], bounds.at(-1)]).toEqual([0.00005, 10]);
});

it('counts a denial without an attempt, and makes no span', async () => {
  const { door, telemetry } = opened();
  const steps = [{ scheme: 'none', outcome: 'forbidden', reason: 'no_way_in' }] as const;
  door.denied({ status: 403, code: 'ERR_AUTH_FORBIDDEN', transport: 'http', route: 'X.y', steps }, undefined);
  expect(telemetry.spans()).toEqual([]);
  expect(await telemetry.valueOf('auth.requests', { 'auth.reason': 'no_way_in' })).toBe(1);
});

describe('the span of an authentication', () => {
  const [traceId, parent] = ['1'.repeat(32), 'a'.repeat(16)];
  const headers = { traceparent: `00-${traceId}-${parent}-01`, tracestate: 'vendor=1' };
  const spanOf = (given: Readonly<Record<string, unknown>>, transport: 'rpc' | 'ws' = 'rpc') => {
    const { door, telemetry } = opened();
    const observe = () =>
      void door.observe({ label: 'X.y', transport }, { headers: given as never }, (observation) => observation.admitted('sts'));
    return { observe, spans: () => telemetry.spans().filter(({ name }) => name === 'authenticate') };
  };

  it.each([[undefined], [['vendor=1']]])('continues a trace without its state where that is %j', (tracestate) => {
    const { observe, spans } = spanOf({ ...headers, tracestate });
    observe();
    const [span] = spans();
    expect([span?.spanContext().traceId, span?.spanContext().traceState]).toEqual([traceId, undefined]);
  });

  it('continues the trace of the request where no other span is under way', () => {
    const { observe, spans } = spanOf(headers);
    observe();
    const [span] = spans();
    expect([span?.spanContext().traceId, span?.parentSpanContext?.spanId]).toEqual([traceId, parent]);
    expect(span?.spanContext().traceState?.get('vendor')).toBe('1');
  });

  it('is a child of the span that is under way, whatever the request says', () => {
    const { observe, spans } = spanOf(headers);
    const current = trace.getTracer('test').startActiveSpan('server', (server) => {
      observe();
      server.end();
      return server.spanContext();
    });
    expect(spans()[0]?.parentSpanContext?.spanId).toBe(current.spanId);
  });

  it.each([{}, { traceparent: '00-1-2-3' }, { traceparent: [headers.traceparent] }])('begins a trace where the request has %j', (given) => {
    const { observe, spans } = spanOf(given);
    observe();
    expect(spans()[0]?.parentSpanContext).toBeUndefined();
  });

  it('begins a trace for each message of a connection, whatever the handshake had', () => {
    const { observe, spans } = spanOf(headers, 'ws');
    observe();
    expect(spans()[0]?.parentSpanContext).toBeUndefined();
  });
});
