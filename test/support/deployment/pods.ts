import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { createApiGateway } from '../../../sample/order-management/api-gateway/gateway.app.js';
import { localSecrets } from '../../../sample/order-management/deploy/local-secrets.js';
import { createInventoryService } from '../../../sample/order-management/inventory-service/inventory.app.js';
import { createOrderService } from '../../../sample/order-management/order-service/order.app.js';
import { loadSettings, type Settings } from '../../../sample/order-management/settings.js';
import { createSts } from '../../../sample/order-management/sts/sts.app.js';
import { createHealth } from '../../../sample/support/process/health/health.app.js';
import { freePorts } from '../free-port.js';
import { environmentOf } from './manifests.js';
import { deploymentOf, layOutMounts } from './mounts.js';

/** A service that runs with nothing but what its pod is given. */
export interface Pod {
  readonly app: INestApplication;
  readonly settings: Settings;
  /** Where it answers probes. */
  readonly health: string;
}

/** The services of the sample by name. */
export interface Pods {
  readonly pods: Readonly<Record<ServiceName, Pod>>;
  /** Where they listen. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** The certificate of the CA. */
  readonly ca: string;
  close(): Promise<void>;
}

type ServiceName = 'sts' | 'inventory-service' | 'order-service' | 'api-gateway';
type Create = (settings: Settings, options: NestApplicationOptions) => Promise<INestApplication>;

/** A failing boot rejects instead of ending the process. */
const QUIET = { logger: false, abortOnError: false } as const;

/** Those that others need come first. */
const SERVICES: Readonly<Record<ServiceName, Create>> = {
  sts: createSts,
  'inventory-service': createInventoryService,
  'order-service': createOrderService,
  'api-gateway': createApiGateway,
};

/** Starts every service as its deployment says, with a folder in the place of its file system, and loopback in that of the cluster's network. */
export async function startPods(folder: string): Promise<Pods> {
  const { caFile } = await localSecrets(join(folder, '.certificates'));
  const urls = await addresses();
  const pods: [string, Pod][] = [];
  for (const [name, create] of Object.entries(SERVICES)) pods.push([name, await startPod(folder, name, create, urls)]);
  return {
    pods: Object.fromEntries(pods) as Record<ServiceName, Pod>,
    urls,
    ca: await readFile(caFile, 'utf8'),
    close: async () => {
      for (const [, { app }] of pods.reverse()) await app.close();
    },
  };
}

async function startPod(folder: string, name: string, create: Create, urls: Pods['urls']): Promise<Pod> {
  const settings = await loadSettings(await environmentIn(folder, name, urls));
  const app = await create(settings, QUIET);
  await app.listen(Number(new URL(urls[name as ServiceName]).port), '127.0.0.1');
  const health = await createHealth(app);
  app.getHttpServer().once('close', () => void health.close());
  await health.listen(0, '127.0.0.1');
  return { app, settings, health: `${await health.getUrl()}/health` };
}

/** The environment of a pod, with the files that it mounts laid out in a folder, and paths and addresses that are good here. */
async function environmentIn(folder: string, name: string, urls: Pods['urls']): Promise<NodeJS.ProcessEnv> {
  const deployment = deploymentOf(name);
  const root = join(folder, name);
  await layOutMounts(deployment, root, folder);
  const here = ([variable, value]: [string, string]) => [variable, value.startsWith('/') ? join(root, value) : hereAt(value, urls)];
  return Object.fromEntries(Object.entries(environmentOf(deployment)).map(here));
}

function hereAt(value: string, urls: Pods['urls']): string {
  const name = URL.canParse(value) ? new URL(value).hostname : '';
  return Object.hasOwn(urls, name) ? urls[name as ServiceName] : value;
}

async function addresses(): Promise<Pods['urls']> {
  const ports = await freePorts(Object.keys(SERVICES).length);
  const pairs = Object.keys(SERVICES).map((name, index) => [name, `https://localhost:${ports[index]}`]);
  return Object.fromEntries(pairs) as Record<ServiceName, string>;
}
