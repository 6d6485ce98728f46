import type { INestApplication } from '@nestjs/common';

/** Starts a service of the sample as its own process, which ends when it is told to or when the process that started it is gone. */
export async function listen(app: INestApplication, port: number, portVariable: string): Promise<void> {
  app.enableShutdownHooks();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  try {
    // Loopback only: the passwords of the demo are written in its source.
    await app.listen(port, '127.0.0.1');
  } catch (error) {
    console.error(explain(error, port, portVariable));
    process.exit(1);
  }
}

function explain(error: unknown, port: number, portVariable: string): unknown {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return taken ? `Port ${port} is already in use. Stop the program that uses it, or set ${portVariable} to another port.` : error;
}
