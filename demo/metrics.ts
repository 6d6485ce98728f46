import type { DemoService } from './demo.js';

/** The metrics of a service that a demo runs. */
export interface DemoMetrics {
  /** The name of the service. */
  readonly of: string;
  readonly port: number;
}

/**
 * Assigns a port for metrics to each service: `METRICS_PORT` and the following ones. No ports if the variable is not set.
 *
 * @throws Error if there are not enough port numbers for all services.
 */
export function metricsOf(services: readonly DemoService[], env: NodeJS.ProcessEnv): DemoMetrics[] {
  if (!env.METRICS_PORT) return [];
  const first = Number(env.METRICS_PORT);
  if (!Number.isInteger(first) || first < 1 || first + services.length - 1 > 65_535)
    throw new Error(`METRICS_PORT must be the first of ${services.length} ports, not '${env.METRICS_PORT}'.`);
  return services.map(({ name }, index) => ({ of: name, port: first + index }));
}
