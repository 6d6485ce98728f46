import { jest } from '@jest/globals';
import { context, metrics, trace } from '@opentelemetry/api';
import { openClientTelemetry } from '../../../lib/observe/client-telemetry.js';
import { openDoorTelemetry } from '../../../lib/observe/door-telemetry.js';
import { findTracer } from '../../../lib/observe/providers.js';
import { startTelemetry, type Telemetry } from '../../support/telemetry.js';

/** What is seen of a decision, of a defect, of a denial without an attempt, and of two requests for a token. */
async function seenBy(telemetry: Telemetry) {
  const target = { label: 'X.y', transport: 'http' } as const;
  const steps = [{ scheme: 'none', outcome: 'forbidden', reason: 'no_way_in' }] as const;
  const fail = () => {
    throw new TypeError('a defect');
  };
  const door = openDoorTelemetry();
  door?.observe(target, { headers: {} }, (observation) => observation.admitted('sts'));
  expect(() => door?.observe(target, { headers: {} }, fail)).toThrow('a defect');
  door?.denied({ status: 403, code: 'ERR_AUTH_FORBIDDEN', transport: 'http', route: 'X.y', steps }, undefined);
  const client = openClientTelemetry('inventory');
  expect(await client?.observe('client_credentials', async () => 'a token', fail)).toBe('a token');
  const refused = client?.observe(
    'client_credentials',
    async () => fail(),
    () => ({ outcome: 'refused' }),
  );
  await expect(refused).rejects.toThrow('a defect');
  const outcomes = telemetry.spans().map(({ name, attributes }) => `${name}: ${attributes['auth.outcome']}`);
  return { outcomes, metrics: (await telemetry.series('auth.')).map(({ name, unit, value }) => `${name} ${value} ${unit}`) };
}

let telemetry: Telemetry;
beforeEach(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.stop());

const SPANS = ['authenticate: accepted', 'authenticate: error', 'obtain token: obtained', 'obtain token: refused'];
const METRICS = [
  ...Array.from({ length: 3 }, () => 'auth.requests 1 {request}'),
  ...Array.from({ length: 2 }, () => 'auth.duration 1 s'),
  ...Array.from({ length: 2 }, () => 'auth.client.token_requests 1 {request}'),
];

it('tells spans alone where the application has started no metrics', async () => {
  metrics.disable();
  expect(await seenBy(telemetry)).toEqual({ outcomes: SPANS, metrics: [] });
});

it('tells metrics alone where the application has started no tracing', async () => {
  trace.disable();
  expect(await seenBy(telemetry)).toEqual({ outcomes: [], metrics: METRICS });
});

it('tells both where the application has started both', async () => {
  expect(await seenBy(telemetry)).toEqual({ outcomes: SPANS, metrics: METRICS });
});

it('tells nothing where the application has started neither', () => {
  metrics.disable();
  trace.disable();
  expect([openDoorTelemetry(), openClientTelemetry('inventory')]).toEqual([undefined, undefined]);
});

it('leaves what an attempt does in the span that is under way where there is no span of its own', () => {
  const server = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: 'a'.repeat(16), traceFlags: 1 });
  trace.disable();
  const seen = context.with(trace.setSpan(context.active(), server), () =>
    openDoorTelemetry()?.observe({ label: 'X.y', transport: 'http' }, { headers: {} }, () => trace.getActiveSpan()),
  );
  expect(seen).toBe(server);
});

it('finds the tracer of a provider that stands in the place of the proxy of OpenTelemetry', () => {
  const tracer = trace.getTracer('of another version');
  const provider = jest.spyOn(trace, 'getTracerProvider').mockReturnValue({ getTracer: () => tracer });
  expect(findTracer()).toBe(tracer);
  provider.mockRestore();
});
