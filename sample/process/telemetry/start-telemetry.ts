import { explainListening } from '../explain-listening.js';
import { listenHost } from '../listen-host.js';
import { portFrom } from '../port.js';
import type { Telemetry } from './telemetry.js';

/**
 * Starts what the environment asks for: metrics for Prometheus at `METRICS_PORT`, and traces that are sent to `OTEL_EXPORTER_OTLP_ENDPOINT`. Call it
 * before the application is made, which looks once whether there is an SDK.
 *
 * @returns undefined where nothing is asked for: no SDK is even loaded then.
 * @throws Error if the port is none, or cannot be listened on.
 */
export async function startTelemetry(service: string, env: NodeJS.ProcessEnv = process.env): Promise<Telemetry | undefined> {
  const metricsPort = env.METRICS_PORT === undefined ? undefined : metricsPortFrom(env);
  const sendsTraces = env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  if (metricsPort === undefined && !sendsTraces) return undefined;
  const { startSdk } = await import('./sdk.js');
  const metrics = metricsPort === undefined ? undefined : { port: metricsPort, host: listenHost(env) };
  try {
    return await startSdk(service, { sendsTraces, metrics });
  } catch (cause) {
    throw new Error(String(explainListening(cause, metricsPort ?? 0, 'METRICS_PORT')), { cause });
  }
}

function metricsPortFrom(env: NodeJS.ProcessEnv): number {
  const port = portFrom(env, 'METRICS_PORT', 9464);
  // The exporter would take its own default instead.
  if (port === 0) throw new Error('METRICS_PORT must be a port that Prometheus can be told, not 0.');
  return port;
}
