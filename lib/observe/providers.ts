import {
  createNoopMeter,
  type Meter,
  metrics,
  type ProxyTracerProvider,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

/** The name under which spans and metrics are reported: the instrumentation scope. */
const SCOPE = 'nest-service-auth';

/** The tracer of the SDK that the application started; undefined if it started none, so that nothing is checked per request. */
export function findTracer(): Tracer | undefined {
  const provider: TracerProvider & Partial<Pick<ProxyTracerProvider, 'getDelegateTracer'>> = trace.getTracerProvider();
  // Before an SDK is there, the API hands out proxies: every span of theirs would be made, only to record nothing.
  return provider.getDelegateTracer === undefined ? provider.getTracer(SCOPE) : provider.getDelegateTracer(SCOPE);
}

/** The meter of the SDK that the application started; undefined if it started none. */
export function findMeter(): Meter | undefined {
  const meter = metrics.getMeter(SCOPE);
  return meter === createNoopMeter() ? undefined : meter;
}
