import { explainListening } from '../explain-listening.js';
import { listenHost } from '../listen-host.js';
import { portFrom } from '../port.js';
import type { Telemetry } from './telemetry.js';

/**
 * Starts telemetry as the environment says: metrics for Prometheus at `METRICS_PORT`, and traces to `OTEL_EXPORTER_OTLP_ENDPOINT`. Call it before the
 * application is created: the application looks for an SDK once, at boot.
 *
 * @returns undefined if neither variable is set. No SDK is loaded then.
 * @throws Error if a variable is invalid, or the port is in use.
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

/** Whether a collector is configured. With an invalid URL the exporter would lose every trace without an error. */
function hasCollector(env: NodeJS.ProcessEnv): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return false;
  if (!/^https?:\/\//i.test(endpoint) || !URL.canParse(endpoint))
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL, not '${endpoint}'.`);
  return true;
}

function metricsPortFrom(env: NodeJS.ProcessEnv): number {
  const port = portFrom(env, 'METRICS_PORT', 9464);
  // With 0 the exporter would use its own default port.
  if (port === 0) throw new Error('METRICS_PORT must be a port that Prometheus can be told, not 0.');
  return port;
}
