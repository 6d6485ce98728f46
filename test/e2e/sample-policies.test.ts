import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { AuthService, type PolicyEntry } from 'nest-service-auth';
import { createIdentityService } from '../../sample/identity-api/identity-service/identity.app.js';
import { loadSettings as identitySettings } from '../../sample/identity-api/settings.js';
import { createApiService } from '../../sample/integration-api/api-service/api.app.js';
import { createInternalService } from '../../sample/integration-api/internal-service/internal.app.js';
import { createPartnerService } from '../../sample/integration-api/partner-service/partner.app.js';
import { loadSettings as integrationSettings } from '../../sample/integration-api/settings.js';
import { createInventoryService } from '../../sample/order-management/inventory-service/inventory.app.js';
import { createOrderService } from '../../sample/order-management/order-service/order.app.js';
import { loadSettings as orderSettings } from '../../sample/order-management/settings.js';

type Service = (certificates: string) => Promise<INestApplication>;

/** How a service is made of its sample's settings; it does not listen. */
function service<S>(
  load: (env: NodeJS.ProcessEnv) => Promise<S>,
  create: (settings: S, options: NestApplicationOptions) => Promise<INestApplication>,
): Service {
  return async (CERTIFICATES) => create(await load({ CERTIFICATES }), { logger: false, abortOnError: false });
}

/** Every service of the samples that has routes to protect. */
const SERVICES: Readonly<Record<string, Service>> = {
  'order-management/order-service': service(orderSettings, createOrderService),
  'order-management/inventory-service': service(orderSettings, createInventoryService),
  'integration-api/api-service': service(integrationSettings, createApiService),
  'integration-api/internal-service': service(integrationSettings, createInternalService),
  'integration-api/partner-service': service(integrationSettings, createPartnerService),
  'identity-api/identity-service': service(identitySettings, createIdentityService),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-policies-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function policyOf(name: string): Promise<PolicyEntry[]> {
  const app = await SERVICES[name]?.(join(folder, name.split('/')[0] ?? ''));
  await app?.init();
  try {
    return app?.get(AuthService, { strict: false }).policy() ?? [];
  } finally {
    await app?.close();
  }
}

describe.each(Object.keys(SERVICES))('%s', (name) => {
  it('demands what its checked-in policy says', async () => {
    const policy = await policyOf(name);
    const checkedIn = JSON.parse(await readFile(`sample/${name}/policy.json`, 'utf8'));
    expect(policy).toEqual(checkedIn);
    expect(policy.length).toBeGreaterThan(0);
  });
});
