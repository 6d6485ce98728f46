import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';

const SILENT = { logger: false, abortOnError: false } as const;

/** Where the messages of gRPC are described. */
export const PROTO = fileURLToPath(new URL('../src/notes.proto', import.meta.url));

/** The adapters of HTTP, and of gateways. */
export const HTTP = ['express', 'fastify'] as const;
export type HttpName = (typeof HTTP)[number];
export type SocketName = 'ws' | 'socket.io';

export interface Running {
  readonly app: INestApplication;
  readonly url: string;
}

/** An application that is not started. */
export async function make(module: DynamicModule, http: HttpName, sockets: SocketName): Promise<INestApplication> {
  const adapter = http === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(module, adapter, SILENT);
  return app.useWebSocketAdapter(sockets === 'ws' ? new WsAdapter(app) : new IoAdapter(app));
}

/** An application with gateways, and with microservices beside it. */
export async function start(
  module: DynamicModule,
  http: HttpName,
  sockets: SocketName,
  microservices: readonly MicroserviceOptions[] = [],
): Promise<Running> {
  const app = await make(module, http, sockets);
  for (const options of microservices) app.connectMicroservice<MicroserviceOptions>(options);
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return { app, url: urlOf(app) };
}

/** Starts an application for the time of `use`. */
export async function during<T>(starting: Promise<Running>, use: (running: Running) => Promise<T>): Promise<T> {
  const running = await starting;
  return use(running).finally(() => running.app.close());
}

/** A microservice alone. @throws what stops its boot */
export async function startMicroservice(module: DynamicModule, options: MicroserviceOptions) {
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
  return { transport: Transport.GRPC, options: { url: `127.0.0.1:${await freePort()}`, package: 'notes', protoPath: PROTO } } as const;
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function urlOf(app: INestApplication): string {
  return `http://127.0.0.1:${portOf(app.getHttpServer())}`;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
