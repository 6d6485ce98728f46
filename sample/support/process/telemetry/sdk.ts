import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiagConsoleLogger, DiagLogLevel, diag, metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Telemetry } from './telemetry.js';

/** How long the end of a process may wait until the last spans are sent, in milliseconds: the collector may be gone, too. */
const LAST_SPANS = 2_000;

/** What is wanted of an SDK. */
export interface Wanted {
  /** Whether traces are sent: where to is said by the exporter's own variables. */
  readonly sendsTraces: boolean;
  /** Where Prometheus finds the metrics. */
  readonly metrics: { readonly port: number; readonly host: string } | undefined;
}

/**
 * Starts an OpenTelemetry SDK for this process, under the name of a service.
 *
 * @throws Error if the port of the metrics cannot be listened on.
 */
export async function startSdk(service: string, wanted: Wanted): Promise<Telemetry> {
  // Without a logger the SDK says nothing, not even that nobody takes its spans.
  diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.ERROR);
  const resource = defaultResource().merge(resourceFromAttributes({ 'service.name': service }));
  const metering = wanted.metrics && (await startMetrics(resource, wanted.metrics));
  const tracing = wanted.sendsTraces ? startTraces(resource) : undefined;
  instrument();
  return {
    stop: async () => {
      const stopped = Promise.allSettled([tracing?.shutdown(), metering?.shutdown()]);
      await Promise.race([stopped, sleep(LAST_SPANS, undefined, { ref: false })]);
    },
  };
}

async function startMetrics(resource: Resource, where: { readonly port: number; readonly host: string }): Promise<MeterProvider> {
  const exporter = new PrometheusExporter({ ...where, preventServerStart: true });
  await exporter.startServer();
  const provider = new MeterProvider({ resource, readers: [exporter] });
  metrics.setGlobalMeterProvider(provider);
  return provider;
}

function startTraces(resource: Resource): NodeTracerProvider {
  const provider = new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
  provider.register();
  return provider;
}

/** Incoming requests of HTTPS servers, and outgoing ones of undici, which are all that the samples have. */
function instrument(): void {
  new HttpInstrumentation({
    disableOutgoingRequestInstrumentation: true,
    // Users come by HTTPS. Probes and Prometheus come in plain HTTP, every few seconds, and nobody asks how they were served.
    ignoreIncomingRequestHook: ({ socket }) => !('encrypted' in socket),
  });
  new UndiciInstrumentation();
  // The instrumentation patches a module when it is required: this one may have been imported before, and might not be required at all.
  createRequire(import.meta.url)('node:https');
}
