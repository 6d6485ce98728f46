import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';

/** What Express is, and what Fastify has. */
type Framework = RequestListener & { ready(): PromiseLike<unknown>; readonly routing: RequestListener };

/** The status of a GET on the framework of an application that never got to listen, as a serverless wrapper would serve it. */
export async function statusOfHalfBooted(app: INestApplication, path: string, headers: Record<string, string> = {}): Promise<number> {
  const adapter = app.getHttpAdapter();
  const framework: Framework = adapter.getInstance();
  if (adapter.getType() === 'fastify') await framework.ready();
  const server = createServer(adapter.getType() === 'fastify' ? framework.routing : framework);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
  } finally {
    server.close();
  }
}
