import { explainListening } from '../explain-listening.js';
import { listenHost } from '../listen-host.js';
import { portFrom } from '../port.js';
import type { Telemetry } from './telemetry.js';

/**
 * Starts what the environment asks for: metrics for Prometheus at `METRICS_PORT`, and traces that are sent to `OTEL_EXPORTER_OTLP_ENDPOINT`. Call it
 * before the application is made, which looks once whether there is an SDK.
 *
 * @returns undefined where nothing is asked for: no SDK is even loaded then.
 * @throws Error if the port is none, or cannot be listened on, or if the collector's address is none.
 */
export async function startTelemetry(service: string, env: NodeJS.ProcessEnv = process.env): Promise<Telemetry | undefined> {
  const metricsPort = env.METRICS_PORT ? metricsPortFrom(env) : undefined;
  const sendsTraces = hasCollector(env);
  if (metricsPort === undefined && !sendsTraces) return undefined;
  const { startSdk } = await import('./sdk.js');
  const metrics = metricsPort === undefined ? undefined : { port: metricsPort, host: listenHost(env) };
  try {
    return await startSdk(service, { sendsTraces, metrics });
  } catch (cause) {
    const explained = explainListening(cause, metricsPort ?? 0, 'METRICS_PORT');
    throw typeof explained === 'string' ? new Error(explained, { cause }) : cause;
  }
}

/** Whether there is a collector to send traces to. The exporter would take what is no address for one, and lose every trace. */
function hasCollector(env: NodeJS.ProcessEnv): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return false;
  if (!/^https?:\/\//i.test(endpoint) || !URL.canParse(endpoint))
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL, not '${endpoint}'.`);
  return true;
}

function metricsPortFrom(env: NodeJS.ProcessEnv): number {
  const port = portFrom(env, 'METRICS_PORT', 9464);
  // The exporter would take its own default instead.
  if (port === 0) throw new Error('METRICS_PORT must be a port that Prometheus can be told, not 0.');
  return port;
}
