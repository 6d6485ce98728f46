import type { AddressInfo } from 'node:net';
import type { INestApplication, NestApplicationOptions, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** The HTTP adapters that every e2e promise holds on. */
export const ADAPTERS = ['express', 'fastify'] as const;
export type AdapterName = (typeof ADAPTERS)[number];

/** A listening application and its address. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
}

export interface StartOptions extends NestApplicationOptions {
  readonly configure?: (app: INestApplication) => void;
}

/** Makes an application without starting it; a failing boot rejects instead of ending the process. */
export async function createApp(adapter: AdapterName, module: Type | object, options: StartOptions = {}): Promise<INestApplication> {
  const { configure, httpsOptions, ...rest } = options;
  const server = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(httpsOptions ? { https: httpsOptions } : {});
  const app = await NestFactory.create(module as Type, server, {
    logger: false,
    abortOnError: false,
    ...rest,
    ...(httpsOptions && { httpsOptions }),
  });
  configure?.(app);
  return app;
}

/** Makes an application and starts it on a free loopback port. */
export async function startApp(adapter: AdapterName, module: Type | object, options: StartOptions = {}): Promise<RunningApp> {
  const app = await createApp(adapter, module, options);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `${options.httpsOptions ? 'https' : 'http'}://localhost:${port}` };
}
