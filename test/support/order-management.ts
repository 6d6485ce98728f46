import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { Agent, request } from 'undici';
import { createApiGateway } from '../../sample/order-management/api-gateway/gateway.app.js';
import { createInventoryService } from '../../sample/order-management/inventory-service/inventory.app.js';
import { createOrderService } from '../../sample/order-management/order-service/order.app.js';
import { loadSettings, type Settings } from '../../sample/order-management/settings.js';
import { DEMO_LOGIN } from '../../sample/order-management/sts/grants/demo-login.js';
import { createSts } from '../../sample/order-management/sts/sts.app.js';
import { freePorts } from './free-port.js';

const DEMO_CLIENT = 'demo-client:demo-client-secret';
/** A connection for every request: one that is kept may be to a service that was stopped since. */
const FRESH = { pipelining: 0 } as const;

/** An answer of one of the services. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** What the body says as JSON; undefined if it is empty. */
  readonly body: unknown;
}

/** What a call sends beside its path. */
export interface Call {
  readonly token?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly agent?: Agent;
}

/** The four services of the sample on free ports, over HTTPS. */
export interface OrderManagement {
  readonly settings: Settings;
  readonly urls: { readonly sts: string; readonly inventory: string; readonly orders: string; readonly gateway: string };
  /** Trusts the demo's CA and shows no certificate. */
  readonly anybody: Agent;
  call(method: string, url: string, call?: Call): Promise<Answer>;
  /** Calls the inventory with the order service's certificate. */
  inventory(change: 'increase' | 'decrease', items: unknown): Promise<Answer>;
  /** Asks the STS for a token; `client` is its identifier and its secret, with a colon between them. */
  askForToken(form: Record<string, string> | string, client?: string): Promise<Answer>;
  /** Logs a user in: the opaque token for the gateway. */
  login(username: string): Promise<string>;
  /** The STS's application. */
  sts(): INestApplication;
  /** Stops a service. */
  stop(service: Service): Promise<void>;
  /** Starts it again, on its old port. */
  start(service: Service): Promise<void>;
  close(): Promise<void>;
}

/** The name of a service. */
export type Service = 'sts' | 'inventory' | 'orders' | 'gateway';

/** A failing boot rejects instead of ending the process. */
const QUIET = { logger: false, abortOnError: false } as const;

const CREATE = { sts: createSts, inventory: createInventoryService, orders: createOrderService, gateway: createApiGateway } as const;

/** Starts the four services. `env` is added to the environment that their settings are read from. */
export async function startOrderManagement(folder: string, env: NodeJS.ProcessEnv = {}): Promise<OrderManagement> {
  const settings = await loadSettings({ ...(await ports()), CERTIFICATES: folder, ...env });
  const running = new Map<Service, INestApplication>();
  const start = async (service: Service) => {
    const app = await CREATE[service](settings, QUIET);
    running.set(service, app);
    await app.listen(settings[`${service === 'orders' ? 'order' : service}Port`], '127.0.0.1');
  };
  const stop = async (service: Service) => {
    await running.get(service)?.close();
    running.delete(service);
  };
  for (const service of ['sts', 'inventory', 'orders', 'gateway'] as const) await start(service);
  const anybody = new Agent({ ...FRESH, connect: { ca: await readFile(settings.certificates.caFile, 'utf8') } });
  const orderService = await agentOf(settings, 'order-service');
  const call = (method: string, url: string, options: Call = {}) => send(method, url, { agent: anybody, ...options });
  const askForToken = (form: Record<string, string> | string, client: string = DEMO_CLIENT) =>
    call('POST', `${settings.stsUrl}/oauth2/token`, {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(client !== '' && { authorization: `Basic ${Buffer.from(client).toString('base64')}` }),
      },
      text: new URLSearchParams(form).toString(),
    });
  return {
    settings,
    urls: {
      sts: settings.stsUrl,
      inventory: settings.inventoryUrl,
      orders: settings.orderUrl,
      gateway: `https://localhost:${settings.gatewayPort}`,
    },
    anybody,
    call,
    inventory: (change, items) => call('PUT', `${settings.inventoryUrl}/inventory/${change}`, { json: items, agent: orderService }),
    askForToken,
    login: async (username) => tokenOf(await askForToken({ grant_type: DEMO_LOGIN, username })),
    sts: () => running.get('sts') as INestApplication,
    stop,
    start,
    close: async () => {
      await Promise.all([anybody.destroy(), orderService.destroy()]);
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

/** The token of an answer of the token endpoint. */
export function tokenOf({ body }: Answer): string {
  return (body as { access_token: string }).access_token;
}

async function ports(): Promise<Record<string, string>> {
  const names = ['STS_PORT', 'INVENTORY_PORT', 'ORDER_PORT', 'GATEWAY_PORT'];
  const free = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, String(free[index])]));
}

/** An agent that shows a service's certificate. */
export async function agentOf({ certificates }: Settings, service: 'sts' | 'order-service'): Promise<Agent> {
  const { certFile, keyFile } = certificates.keys[service];
  const [ca, cert, key] = await Promise.all([certificates.caFile, certFile, keyFile].map((file) => readFile(file, 'utf8')));
  return new Agent({ connect: { ca, cert, key } });
}

/** Makes a folder that is gone at the end. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'order-management-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

async function send(method: string, url: string, { token, json, headers, text, agent }: Call & { agent: Agent }): Promise<Answer> {
  const answer = await request(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: json === undefined ? (text ?? null) : JSON.stringify(json),
    dispatcher: agent,
  });
  const body = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text: body, body: parsed(body) };
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}
