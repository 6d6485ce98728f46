import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import type { Incident } from '../../demo/demo.js';
import { HttpsClient } from '../../demo/https-client.js';
import { createApiService } from '../../sample/integration-api/api-service/api.app.js';
import { createIdentityProvider } from '../../sample/integration-api/identity-provider/identity-provider.app.js';
import { createInternalService } from '../../sample/integration-api/internal-service/internal.app.js';
import { createPartnerService } from '../../sample/integration-api/partner-service/partner.app.js';
import { loadSettings, type Settings } from '../../sample/integration-api/settings.js';
import { freePorts } from './free-port.js';

/** A failing boot rejects instead of ending the process. */
const QUIET = { logger: false, abortOnError: false } as const;

type Service = readonly [create: (settings: Settings, options: NestApplicationOptions) => Promise<INestApplication>, port: number];

/** The sample with all its services, in this process and on free ports. */
export class IntegrationApi {
  private readonly running = new Map<string, INestApplication>();

  private constructor(
    readonly settings: Settings,
    readonly client: HttpsClient,
    private readonly folder: string,
    private readonly services: Readonly<Record<string, Service>>,
  ) {}

  /** Starts every service. */
  static async start(): Promise<IntegrationApi> {
    const folder = await mkdtemp(join(tmpdir(), 'integration-api-'));
    const settings = await loadSettings({ ...(await ports()), CERTIFICATES: join(folder, 'certificates') });
    const { identityProvider, api, internal, partner } = settings.ports;
    const sample = new IntegrationApi(settings, await clientOf(settings), folder, {
      'identity-provider': [createIdentityProvider, identityProvider],
      'api-service': [createApiService, api],
      'internal-service': [createInternalService, internal],
      'partner-service': [createPartnerService, partner],
    });
    for (const name of Object.keys(sample.services)) await sample.cause({ title: '', start: name });
    return sample;
  }

  /** Makes an incident of a walkthrough happen. */
  async cause({ stop, start }: Incident): Promise<void> {
    if (stop !== undefined) await this.stop(stop);
    if (start === undefined) return;
    const [create, port] = this.services[start] as Service;
    const app = await create(this.settings, QUIET);
    this.running.set(start, app);
    await app.listen(port, '127.0.0.1');
  }

  /** Stops everything and removes its files. */
  async close(): Promise<void> {
    await this.client.close();
    await Promise.all([...this.running.keys()].map((name) => this.stop(name)));
    await rm(this.folder, { recursive: true });
  }

  private async stop(name: string): Promise<void> {
    await this.running.get(name)?.close();
    this.running.delete(name);
  }
}

async function ports(): Promise<Record<string, string>> {
  const names = ['IDENTITY_PROVIDER_PORT', 'API_PORT', 'INTERNAL_PORT', 'PARTNER_PORT'];
  const free = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, String(free[index])]));
}

async function clientOf({ certificates: { caFile, keys } }: Settings): Promise<HttpsClient> {
  const [ca = '', cert = '', key = ''] = await Promise.all(
    [caFile, keys.acme.certFile, keys.acme.keyFile].map((file) => readFile(file, 'utf8')),
  );
  return new HttpsClient({ ca, cert, key });
}
