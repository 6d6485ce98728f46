import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { Agent, request } from 'undici';
import { createInventoryService } from '../../sample/order-management/inventory-service/inventory.app.js';
import { createOrderService } from '../../sample/order-management/order-service/order.app.js';
import { loadSettings, type Settings } from '../../sample/order-management/settings.js';
import { createSts } from '../../sample/order-management/sts/sts.app.js';

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

/** The three services of the sample on free ports, over HTTPS. */
export interface OrderManagement {
  readonly settings: Settings;
  readonly orders: INestApplication;
  readonly urls: { readonly sts: string; readonly inventory: string; readonly orders: string };
  /** Trusts the demo's CA and shows no certificate. */
  readonly anybody: Agent;
  call(method: string, url: string, call?: Call): Promise<Answer>;
  /** Calls the inventory with the order service's certificate. */
  inventory(change: 'increase' | 'decrease', items: unknown): Promise<Answer>;
  stopInventory(): Promise<void>;
  close(): Promise<void>;
}

/** A failing boot rejects instead of ending the process. */
const QUIET = { logger: false, abortOnError: false } as const;

/** Starts the three services. */
export async function startOrderManagement(folder: string): Promise<OrderManagement> {
  const settings = await loadSettings({ CERTIFICATES: folder });
  const sts = await listen(await createSts(settings, QUIET));
  const inventory = await listen(await createInventoryService(settings, QUIET));
  const wired = { ...settings, stsUrl: sts.url, inventoryUrl: inventory.url };
  const orders = await listen(await createOrderService(wired, QUIET));
  const ca = await readFile(settings.certificates.caFile, 'utf8');
  const anybody = new Agent({ connect: { ca } });
  const orderService = await agentOf(settings, 'orderService');
  const call = (method: string, url: string, options: Call = {}) => send(method, url, { agent: anybody, ...options });
  return {
    settings: wired,
    orders: orders.app,
    urls: { sts: sts.url, inventory: inventory.url, orders: orders.url },
    anybody,
    call,
    inventory: (change, items) => call('PUT', `${inventory.url}/inventory/${change}`, { json: items, agent: orderService }),
    stopInventory: () => inventory.app.close(),
    close: async () => {
      await Promise.all([anybody.destroy(), orderService.destroy()]);
      await Promise.all([orders.app.close(), inventory.app.close(), sts.app.close()]);
    },
  };
}

/** An agent that shows a service's certificate. */
export async function agentOf({ certificates }: Settings, service: 'sts' | 'orderService'): Promise<Agent> {
  const { certFile, keyFile } = certificates[service];
  const [ca, cert, key] = await Promise.all([certificates.caFile, certFile, keyFile].map((file) => readFile(file, 'utf8')));
  return new Agent({ connect: { ca, cert, key } });
}

/** Makes a folder that is gone at the end. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'order-management-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

async function listen(app: INestApplication): Promise<{ app: INestApplication; url: string }> {
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `https://localhost:${port}` };
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
  return { status: answer.statusCode, headers: answer.headers, text: body, body: body === '' ? undefined : JSON.parse(body) };
}
