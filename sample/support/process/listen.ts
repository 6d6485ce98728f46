import type { INestApplication } from '@nestjs/common';
import { explainListening } from './explain-listening.js';
import { createHealth } from './health/health.app.js';
import { listenHost } from './listen-host.js';
import { portFrom } from './port.js';
import type { Telemetry } from './telemetry/telemetry.js';

/** What tells a process to end: a container's runtime, Ctrl-C, a terminal that is closed. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Starts a service of the sample as its own process, which ends when it is told to or when the process that started it is gone. */
export async function listen(app: INestApplication, port: number, portVariable: string, telemetry?: Telemetry): Promise<void> {
  endWhenTold(app, telemetry);
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const host = listenHost(process.env);
  try {
    await app.listen(port, host);
  } catch (error) {
    console.error(explainListening(error, port, portVariable));
    process.exit(1);
  }
  if (process.env.HEALTH_PORT !== undefined) await listenForProbes(app, host);
}

/** Ends what was begun, then sends what was recorded of it: Nest's own shutdown hooks would leave before that. */
function endWhenTold(app: INestApplication, telemetry: Telemetry | undefined): void {
  let isEnding = false;
  const end = async () => {
    if (isEnding) return;
    isEnding = true;
    try {
      await app.close();
      await telemetry?.stop();
      // By leaving: a signal that the first process of a container sends itself has no effect.
      process.exit(0);
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
  };
  for (const signal of SIGNALS) process.on(signal, () => void end());
}

/** Answers probes until the service has closed. */
async function listenForProbes(app: INestApplication, host: string): Promise<void> {
  const health = await createHealth(app);
  app.getHttpServer().once('close', () => void health.close());
  const port = portFrom(process.env, 'HEALTH_PORT', 8080);
  try {
    await health.listen(port, host);
  } catch (error) {
    console.error(explainListening(error, port, 'HEALTH_PORT'));
    process.exit(1);
  }
}
