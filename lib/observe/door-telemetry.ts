import { type Context, context, type Meter, propagation, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { DenialEvent } from '../auth-event.js';
import { type Awaitable, isPromise } from '../awaitable.js';
import type { AuthRequest } from '../http/auth-request.js';
import { decisionOf } from './decision.js';
import { inSpan } from './in-span.js';
import { attributesOf, type DecisionInstruments, Observation, traceIdOf } from './observation.js';
import { findMeter, findTracer } from './providers.js';

/** Upper bounds in seconds: a remembered token takes microseconds, a slow authorization server seconds. */
const BOUNDS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What a caller wants to reach. */
interface Target {
  readonly label: string;
  readonly transport: DenialEvent['transport'];
}

type Traced = Pick<AuthRequest, 'headers'>;

/** A span and two metrics for each authentication. */
export class DoorTelemetry {
  private readonly instruments: DecisionInstruments;

  constructor(
    private readonly tracer: Tracer | undefined,
    meter: Meter | undefined,
  ) {
    this.instruments = {
      requests: meter?.createCounter('auth.requests', { unit: '{request}', description: 'Decisions on requests.' }),
      duration: meter?.createHistogram('auth.duration', {
        unit: 's',
        description: 'How long it took to decide on a request.',
        advice: { explicitBucketBoundaries: BOUNDS },
      }),
    };
  }

  /**
   * Observes an authentication. Everything it does belongs to its span, as the calls to an authorization server.
   *
   * @param target - the handler, and the transport that reaches it.
   * @param request - what is authenticated: its trace is continued where no other span is under way.
   */
  observe<T>(target: Target, request: Traced, attempt: (observation: Observation) => Awaitable<T>): Awaitable<T> {
    const options = { kind: SpanKind.INTERNAL, attributes: { 'auth.route': target.label } };
    const span = this.tracer?.startSpan('authenticate', options, contextOf(target, request));
    const observation = new Observation(this.instruments, span);
    try {
      const outcome = inSpan(span, () => attempt(observation));
      return isPromise(outcome) ? Promise.resolve(outcome).catch((error) => fail(error, observation)) : outcome;
    } catch (error) {
      return fail(error, observation);
    }
  }

  /** Records a denial, and ends the observation of its request; there is none if no scheme can admit a caller at the route. */
  denied(event: DenialEvent, observation: Observation | undefined): void {
    const decision = decisionOf(event);
    if (observation === undefined) this.instruments.requests?.add(1, attributesOf(decision));
    else
      observation.end(
        decision,
        event.steps.map(({ scheme, outcome, reason }) => `${scheme} ${outcome} (${reason})`),
      );
  }

  /** The trace of an attempt; without an attempt, the active trace. */
  traceId(observation: Observation | undefined): string | undefined {
    return observation?.traceId ?? traceIdOf(trace.getActiveSpan());
  }
}

/** Opens the telemetry of a door; undefined if the application has started no SDK by now. */
export function openDoorTelemetry(): DoorTelemetry | undefined {
  const [tracer, meter] = [findTracer(), findMeter()];
  return tracer === undefined && meter === undefined ? undefined : new DoorTelemetry(tracer, meter);
}

/**
 * No instrumentation reads the fields of most messages. Baggage is not read: nothing here uses it. A connection may last for days: its
 * messages do not belong to the trace of its handshake.
 */
function contextOf({ transport }: Target, { headers: { traceparent, tracestate } }: Traced): Context {
  const active = context.active();
  if (transport === 'ws' || typeof traceparent !== 'string' || trace.getSpan(active) !== undefined) return active;
  return propagation.extract(active, { traceparent, ...(typeof tracestate === 'string' && { tracestate }) });
}

function fail(error: unknown, observation: Observation): never {
  observation.failed(error);
  throw error;
}
