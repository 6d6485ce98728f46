import { channel } from 'node:diagnostics_channel';
import { context, createTraceState, propagation, TraceFlags, trace } from '@opentelemetry/api';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { messageTrace, outgoingTrace, traceContextOf } from '../../../lib/client/trace-context.js';
import { startTelemetry } from '../../support/telemetry.js';
import { workshop } from './setup.js';

const incoming = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'vendor=1' };
const created = channel('undici:request:create');
const instrumentation = () => undefined;

describe('the trace of an incoming request', () => {
  it.each([
    ['a list', { traceparent: [incoming.traceparent] }, {}],
    ['a list beside a state', { ...incoming, traceparent: [incoming.traceparent] }, {}],
    ['a state that is a list', { ...incoming, tracestate: [incoming.tracestate] }, { traceparent: incoming.traceparent }],
    ['no state', { traceparent: incoming.traceparent }, { traceparent: incoming.traceparent }],
  ])('is read from text alone: of %s', (_what, headers, expected) => {
    expect(traceContextOf({ headers, rawHeaders: [] } as never)).toStrictEqual(expected);
  });
});

describe('the trace that an outgoing request belongs to', () => {
  it('is that of the incoming one where no spans are recorded', () => {
    expect(outgoingTrace(incoming)).toEqual(incoming);
  });

  it('is that of the incoming one also where something listens to undici', () => {
    created.subscribe(instrumentation);
    expect(outgoingTrace(incoming)).toEqual(incoming);
    created.unsubscribe(instrumentation);
  });

  describe('with an SDK', () => {
    let telemetry: ReturnType<typeof startTelemetry>;
    beforeEach(() => {
      telemetry = startTelemetry();
    });
    afterEach(async () => {
      created.unsubscribe(instrumentation);
      await telemetry.stop();
      propagation.disable();
    });
    const inSpan = <T>(act: (traceId: string, spanId: string) => T): T =>
      trace.getTracer('test').startActiveSpan('work', (span) => act(span.spanContext().traceId, span.spanContext().spanId));

    it('is that of the incoming one where nothing is recorded of it', () => {
      expect(outgoingTrace(incoming)).toEqual(incoming);
    });

    it('is continued by the current span', () => {
      inSpan((traceId, spanId) => expect(outgoingTrace(incoming)).toEqual({ traceparent: `00-${traceId}-${spanId}-01` }));
    });

    it('begins here when the incoming request brought none', () => {
      inSpan((traceId, spanId) => expect(outgoingTrace({})).toEqual({ traceparent: `00-${traceId}-${spanId}-01` }));
    });

    it('is continued with the state that the span has', () => {
      const [traceId, spanId] = ['1'.repeat(32), '2'.repeat(16)];
      const parent = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, traceState: createTraceState('other=2'), isRemote: true };
      context.with(trace.setSpanContext(context.active(), parent), () =>
        inSpan((_, own) => expect(messageTrace(incoming)).toEqual({ traceparent: `00-${traceId}-${own}-01`, tracestate: 'other=2' })),
      );
    });

    it('is continued by the current span in the requests of a client, with one traceparent', async () => {
      const { serve, client, close } = workshop();
      const service = await serve();
      const joined = (await client({ baseUrl: service.origin, auth: false })).inTraceOf({ headers: incoming, rawHeaders: [] } as never);
      const parent = await inSpan(async (traceId, spanId) => {
        await joined.fetch('/');
        return `00-${traceId}-${spanId}-01`;
      });
      expect(service.received[0]?.headers.traceparent).toBe(parent);
      await close();
    });

    it.each([
      ['begins spans of its own', false],
      ['needs a parent for its spans', true],
    ])('is the incoming one, in one field, where no span is under way and the instrumentation of undici %s', async (_, required) => {
      const undici = new UndiciInstrumentation({ requireParentforSpans: required });
      const { serve, client, close } = workshop();
      const service = await serve();
      const inventory = await client({ baseUrl: service.origin, auth: false });
      await inventory.inTraceOf({ headers: incoming, rawHeaders: [] } as never).fetch('/');
      await close();
      undici.disable();
      const [, traceId] = incoming.traceparent.split('-');
      expect(telemetry.spans().map((span) => span.spanContext().traceId)).toEqual([traceId]);
      expect(service.received[0]?.headers).toMatchObject({
        traceparent: expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`)),
        tracestate: incoming.tracestate,
      });
    });

    it('is written by the instrumentation of undici where there is one, and not twice', () => {
      created.subscribe(instrumentation);
      inSpan(() => expect(outgoingTrace(incoming)).toEqual({}));
    });

    it('takes no baggage along', () => {
      const baggage = propagation.createBaggage({ customer: { value: 'alice' } });
      inSpan(() =>
        context.with(propagation.setBaggage(context.active(), baggage), () =>
          expect(Object.keys(outgoingTrace(incoming))).toEqual(['traceparent']),
        ),
      );
    });

    it('is that of the incoming one where the SDK propagates in no way', () => {
      propagation.disable();
      inSpan(() => expect(outgoingTrace(incoming)).toEqual(incoming));
    });
  });
});
