import type { Demo } from './demo.js';
import { HttpsClient } from './https-client.js';
import { refuseTakenPorts } from './ports.js';
import { printReplay } from './print.js';
import { type RunningService, startService } from './running-service.js';

/**
 * Starts the services of a demo, goes through its steps and stops the services, whatever happens.
 *
 * @param serve - leaves them running after the steps, until `interrupted` aborts.
 * @returns whether every step was answered as expected.
 * @throws Error if a port is taken or a service does not start.
 */
export async function runDemo(demo: Demo, serve: boolean, interrupted: AbortSignal): Promise<boolean> {
  await refuseTakenPorts(demo.services);
  const client = new HttpsClient(demo.tls);
  const services: RunningService[] = [];
  try {
    for (const service of demo.services) {
      console.log(`Starting ${service.name} on port ${service.port} …`);
      const running = startService(service);
      services.push(running);
      await running.ready(client, interrupted);
    }
    const isGood = await printReplay(demo, client, interrupted);
    if (serve) await stay(demo, services, interrupted);
    return isGood;
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await client.close();
  }
}

async function stay({ suggestions }: Demo, services: readonly RunningService[], interrupted: AbortSignal): Promise<void> {
  console.log(`\n${suggestions.join('\n')}\n\nThe services go on running, and log here. Ctrl-C stops them.\n`);
  for (const service of services) service.showLog();
  const stopped = new Promise<void>((resolve) => {
    if (interrupted.aborted) resolve();
    interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([stopped, ...services.map((service) => service.failure())]);
}
