import type { INestApplication } from '@nestjs/common';
import { createHealth } from './health/health.app.js';
import { portFrom } from './port.js';

/** Loopback only, unless the environment says otherwise: the passwords of the demo are written in its source. */
const LOOPBACK = '127.0.0.1';

/** Starts a service of the sample as its own process, which ends when it is told to or when the process that started it is gone. */
export async function listen(app: INestApplication, port: number, portVariable: string): Promise<void> {
  // By leaving: a signal that the first process of a container sends itself has no effect.
  app.enableShutdownHooks([], { useProcessExit: true });
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const host = process.env.LISTEN_HOST ?? LOOPBACK;
  try {
    await app.listen(port, host);
  } catch (error) {
    console.error(explain(error, port, portVariable));
    process.exit(1);
  }
  if (process.env.HEALTH_PORT !== undefined) await listenForProbes(app, host);
}

/** Answers probes until the service has closed. */
async function listenForProbes(app: INestApplication, host: string): Promise<void> {
  const health = await createHealth(app);
  app.getHttpServer().once('close', () => void health.close());
  const port = portFrom(process.env, 'HEALTH_PORT', 8080);
  try {
    await health.listen(port, host);
  } catch (error) {
    console.error(explain(error, port, 'HEALTH_PORT'));
    process.exit(1);
  }
}

function explain(error: unknown, port: number, portVariable: string): unknown {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return taken ? `Port ${port} is already in use. Stop the program that uses it, or set ${portVariable} to another port.` : error;
}
