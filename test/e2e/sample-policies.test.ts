import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type INestApplication, Logger } from '@nestjs/common';
import { AuthService, type PolicyEntry } from 'nest-service-auth';
import { createApp as identityService } from '../../sample/identity-api/identity-service/identity.app.js';
import { createApp as apiService } from '../../sample/integration-api/api-service/api.app.js';
import { createApp as internalService } from '../../sample/integration-api/internal-service/internal.app.js';
import { createApp as partnerService } from '../../sample/integration-api/partner-service/partner.app.js';
import { createApp as liveService } from '../../sample/live-orders/live-service/live.app.js';
import { createApp as notesServer } from '../../sample/mcp-server/notes-server/notes.app.js';
import { createApp as apiGateway } from '../../sample/order-management/api-gateway/gateway.app.js';
import { createApp as inventoryService } from '../../sample/order-management/inventory-service/inventory.app.js';
import { createApp as orderService } from '../../sample/order-management/order-service/order.app.js';

/** Every service of the samples that has routes to protect. */
const SERVICES: readonly [folder: string, createApp: (env: NodeJS.ProcessEnv) => Promise<INestApplication>][] = [
  ['order-management/api-gateway', apiGateway],
  ['order-management/order-service', orderService],
  ['order-management/inventory-service', inventoryService],
  ['integration-api/api-service', apiService],
  ['integration-api/internal-service', internalService],
  ['integration-api/partner-service', partnerService],
  ['identity-api/identity-service', identityService],
  ['live-orders/live-service', liveService],
  ['mcp-server/notes-server', notesServer],
];

let certificates: string;
beforeAll(async () => {
  Logger.overrideLogger(false);
  certificates = await mkdtemp(join(tmpdir(), 'sample-policies-'));
});
afterAll(() => rm(certificates, { recursive: true }));

async function policyOf(app: INestApplication): Promise<PolicyEntry[]> {
  await app.init();
  try {
    return app.get(AuthService, { strict: false }).policy();
  } finally {
    await app.close();
  }
}

it.each(SERVICES)('%s demands what its checked-in policy says', async (folder, createApp) => {
  const [sample = ''] = folder.split('/');
  const policy = await policyOf(await createApp({ CERTIFICATES: join(certificates, sample) }));
  expect(policy).toEqual(JSON.parse(await readFile(`sample/${folder}/policy.json`, 'utf8')));
  expect(policy).not.toEqual([]);
});
