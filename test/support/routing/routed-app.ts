import { Agent, request } from 'node:http';
import { All, Controller, Get, type INestApplication, Param, Post, type Type, Version, VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AccessRule } from 'nest-service-auth';
import type { AdapterName } from '../adapters.js';
import { appModule } from '../app.js';
import { goodClaims, type SharedSecret } from '../tokens.js';
import { type AnyRoute, declared, type Params, type Part } from './any-route.js';

/** A router with its options, and what it serves. */
export interface RouterSetting {
  readonly adapter: AdapterName;
  /** Settings of Express, or `routerOptions` of Fastify. */
  readonly options: Readonly<Record<string, boolean | number>>;
  readonly prefix: string;
  readonly version: string | undefined;
  readonly routes: readonly AnyRoute[];
  readonly rules: readonly AccessRule[];
}

const METHODS = { GET: Get, POST: Post, ALL: All };

/** What ran: the number of the route, and the parameters that its handler was given. */
export interface Ran {
  readonly route: number;
  readonly params: Params;
}

/** What a request was answered with. */
export interface Answer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly body: string;
}

/** The whole pattern of a route, with what stands before it. */
export function wholeRoute({ prefix, version }: RouterSetting, route: AnyRoute): AnyRoute {
  const before = `${prefix === '' ? '' : `/${prefix}`}${version === undefined ? '' : `/v${version}`}`;
  const parts: Part[] = [...(before === '' ? [] : [{ kind: 'text', text: before } as const]), ...route.parts];
  return { ...route, parts };
}

/** A controller of routes that say which of them ran. */
function controllerOf({ routes, adapter, version }: RouterSetting): Type {
  class Routed {}
  for (const [index, route] of routes.entries()) {
    const name = `route${index}`;
    const run = (params: Params): Ran => ({ route: index, params });
    Object.defineProperty(Routed.prototype, name, { value: run, writable: true, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(Routed.prototype, name) ?? {};
    METHODS[route.method](declared(route, adapter))(Routed.prototype, name, descriptor);
    if (version !== undefined) Version(version)(Routed.prototype, name, descriptor);
    Param()(Routed.prototype, name, 0);
  }
  Controller()(Routed);
  return Routed;
}

function adapterOf({ adapter, options }: RouterSetting): ExpressAdapter | FastifyAdapter {
  if (adapter === 'fastify') return new FastifyAdapter({ routerOptions: options as object });
  const express = new ExpressAdapter();
  for (const [name, isOn] of Object.entries(options)) express.set(name, isOn);
  return express;
}

/** Starts an application with these routes and rules. @throws where the router takes no such routes. */
export async function startRouted(setting: RouterSetting, secret: SharedSecret): Promise<RoutedApp> {
  const { issuer, audience } = { issuer: String(goodClaims().iss), audience: String(goodClaims().aud) };
  const auth = {
    schemes: { sts: { jwtValidatorConfig: { issuer, audience, signatureConfig: { secret: secret.secret } } } },
    resourceAccessControl: { rules: setting.rules, defaultAccess: 'allow' as const },
    uncoveredRules: 'warn' as const,
  };
  const module = appModule({ auth, controllers: [controllerOf(setting)] });
  const app = await NestFactory.create(module, adapterOf(setting), { logger: false, abortOnError: false });
  if (setting.prefix !== '') app.setGlobalPrefix(setting.prefix);
  if (setting.version !== undefined) app.enableVersioning({ type: VersioningType.URI });
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  return new RoutedApp(app, Number(new URL(await app.getUrl()).port));
}

/** An application that listens, and a client that sends request targets as they are. */
export class RoutedApp {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly app: INestApplication,
    private readonly port: number,
  ) {}

  ask(method: string, path: string, token: string): Promise<Answer> {
    const { agent, port } = this;
    return new Promise((resolve, reject) => {
      const sent = request({ agent, host: '127.0.0.1', port, method, path, headers: { authorization: `Bearer ${token}` } }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk) => (body += chunk));
        answer.on('end', () => resolve({ status: Number(answer.statusCode), challenge: answer.headers['www-authenticate'], body }));
      });
      sent.on('error', (cause) => reject(new Error(`${method} ${path} was not answered`, { cause }))).end();
    });
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.app.close();
  }
}
