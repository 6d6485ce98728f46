import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';

const SILENT = { logger: false, abortOnError: false } as const;

/** Where the messages of gRPC are described. */
export const PROTO = fileURLToPath(new URL('../src/notes.proto', import.meta.url));

export interface Running {
  readonly app: INestApplication;
  readonly url: string;
}

/** An application with gateways, and with microservices beside it. */
export async function start(
  module: Type,
  adapter: 'ws' | 'socket.io',
  microservices: readonly MicroserviceOptions[] = [],
): Promise<Running> {
  const app = await NestFactory.create(module, SILENT);
  app.useWebSocketAdapter(adapter === 'ws' ? new WsAdapter(app) : new IoAdapter(app));
  for (const options of microservices) app.connectMicroservice<MicroserviceOptions>(options);
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return { app, url: `http://127.0.0.1:${portOf(app.getHttpServer())}` };
}

/** A microservice alone. @throws what stops its boot */
export async function startMicroservice(module: Type, options: MicroserviceOptions) {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, { ...options, ...SILENT });
  try {
    await app.listen();
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  return app;
}

/** Options of a microservice with gRPC, on a free port. */
export async function grpcOptions() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `127.0.0.1:${portOf(server)}`;
  await new Promise((resolve) => server.close(resolve));
  return { transport: Transport.GRPC, options: { url, package: 'notes', protoPath: PROTO } } as const;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
