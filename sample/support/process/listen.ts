import type { INestApplication } from '@nestjs/common';
import { explainListening } from './explain-listening.js';
import { createHealth } from './health/health.app.js';
import { listenHost } from './listen-host.js';
import { portFrom } from './port.js';
import type { Telemetry } from './telemetry/telemetry.js';

/** The signals that end a process: from a container runtime, from Ctrl-C, from a closed terminal. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Starts a service in this process. The process ends on a signal, or when the process that started it has ended. */
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

/** Completes the running requests, then sends the last spans: Nest's own shutdown hooks would end the process before that. */
function endWhenTold(app: INestApplication, telemetry: Telemetry | undefined): void {
  let isEnding = false;
  const end = async () => {
    if (isEnding) return;
    isEnding = true;
    try {
      await app.close();
      await telemetry?.stop();
      // Not by a signal: the first process of a container cannot end itself by one.
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
