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

/** How long to wait at the end of the process until the last spans are sent, in milliseconds: the collector may be down. */
const LAST_SPANS = 2_000;

/** What the SDK should do. */
export interface Wanted {
  /** Whether to send traces. The exporter reads the URL from its own variables. */
  readonly sendsTraces: boolean;
  /** The address at which Prometheus reads the metrics. */
  readonly metrics: { readonly port: number; readonly host: string } | undefined;
}

/**
 * Starts an OpenTelemetry SDK for this process, with the name of the service.
 *
 * @throws Error if the port of the metrics cannot be listened on.
 */
export async function startSdk(service: string, wanted: Wanted): Promise<Telemetry> {
  // Without a logger the SDK reports nothing, not even that the collector is unreachable.
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

/** Instruments incoming HTTPS requests, and outgoing requests of undici. The samples have no others. */
function instrument(): void {
  new HttpInstrumentation({
    disableOutgoingRequestInstrumentation: true,
    // Users call by HTTPS. Probes and Prometheus call by plain HTTP every few seconds, and would only fill the traces.
    ignoreIncomingRequestHook: ({ socket }) => !('encrypted' in socket),
  });
  new UndiciInstrumentation();
  // The instrumentation patches a module when it is required. This one may have been imported already, and is perhaps never required.
  createRequire(import.meta.url)('node:https');
}
