import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AuthClient } from 'nest-service-auth';
import { CAS } from '../../../sample/order-management/certificates.js';
import { InventoryClient } from '../../../sample/order-management/order-service/inventory.client.js';
import { differenceOf, type Item } from '../../../sample/order-management/order-service/item.js';
import { OrderService } from '../../../sample/order-management/order-service/order.service.js';
import { Turns } from '../../../sample/order-management/order-service/turns.js';
import { loadSettings, type Settings } from '../../../sample/order-management/settings.js';
import { KeyRing } from '../../../sample/order-management/sts/key-ring.js';
import { ensureCertificatesOf } from '../../../sample/support/keys/sample-certificates.js';
import { temporaryFolder } from '../../support/order-management.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let settings: Settings;
beforeAll(async () => {
  Logger.overrideLogger(false);
  folder = await temporaryFolder();
  settings = await loadSettings({ CERTIFICATES: `${folder.path}/certificates` });
});
afterAll(() => folder.remove());
afterEach(() => {
  jest.restoreAllMocks();
});

/** An inventory that keeps a balance, and does not give anything back while it is told not to. */
class ScriptedInventory extends InventoryClient {
  readonly balance: Record<string, number> = {};
  failures = 0;

  constructor() {
    // What it would ask with is never used.
    super(Object.create(AuthClient.prototype));
  }

  override async decrease(items: readonly Item[]): Promise<void> {
    for (const { code, qty } of items) this.balance[code] = (this.balance[code] ?? 0) - qty;
  }

  override async increase(items: readonly Item[]): Promise<void> {
    if (items.length > 0 && this.failures-- > 0) throw new Error('unreachable');
    for (const { code, qty } of items) this.balance[code] = (this.balance[code] ?? 0) + qty;
  }
}

describe('an update of an order', () => {
  it('gives back what it took if it cannot be finished', async () => {
    const inventory = new ScriptedInventory();
    const orders = new OrderService(inventory);
    const before = { id: '1', name: 'Before', items: [{ category: 'c', code: 'a', qty: 3 }] };
    const admin = { username: 'admin', request: { headers: {}, rawHeaders: [] } };
    await orders.create(before, admin);
    inventory.failures = 1;
    await expect(orders.update('1', { name: 'After', items: [{ category: 'c', code: 'b', qty: 2 }] }, admin)).rejects.toThrow(
      'unreachable',
    );
    expect(inventory.balance).toEqual({ a: -3, b: 0 });
    expect(orders.find('1')).toEqual(before);
  });
});

describe('the difference of two lists of items', () => {
  const item = (code: string, qty: number): Item => ({ category: 'c', code, qty });

  it('is what one has more than the other, every item once', () => {
    expect(differenceOf([item('a', 2), item('b', 1), item('a', 3)], [item('a', 1), item('b', 1), item('d', 9)])).toEqual([item('a', 4)]);
  });

  it('tells items of different categories apart', () => {
    expect(differenceOf([item('a', 2)], [{ category: 'd', code: 'a', qty: 2 }])).toEqual([item('a', 2)]);
  });
});

describe('turns', () => {
  it('let one action per key run at a time, in order, also after one that failed', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const act = (name: string, fails = false) =>
      turns.take('key', async () => {
        seen.push(`${name} begins`);
        await Promise.resolve();
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const outcomes = await Promise.allSettled([act('a'), act('b', true), act('c')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('let actions of different keys run together', async () => {
    const turns = new Turns();
    let release = (): void => {};
    const held = turns.take('a', () => new Promise<void>((resolve) => (release = resolve)));
    await expect(turns.take('b', async () => 'done')).resolves.toBe('done');
    release();
    await held;
  });
});

describe('the certificates', () => {
  it('are made once, however many ask for them together', async () => {
    const own = `${folder.path}/together`;
    const asked = await Promise.all(Array.from({ length: 5 }, () => ensureCertificatesOf(own, CAS)));
    const first = await readFile(asked[0]?.caFile ?? '', 'utf8');
    const again = await ensureCertificatesOf(own, CAS);
    expect(await readFile(again.caFile, 'utf8')).toBe(first);
    expect(new Set(asked.map(({ caFile }) => caFile)).size).toBe(1);
  });

  it('are made anew before they end', async () => {
    const { caFile, keys } = await ensureCertificatesOf(`${folder.path}/old`, CAS);
    const before = [await readFile(caFile, 'utf8'), await readFile(keys.sts.certFile, 'utf8')];
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 84 * 86_400_000);
    await ensureCertificatesOf(`${folder.path}/old`, CAS);
    expect(await readFile(caFile, 'utf8')).not.toBe(before[0]);
    expect(await readFile(keys.sts.certFile, 'utf8')).not.toBe(before[1]);
  });

  it('are made anew where one is missing', async () => {
    const { caFile, keys } = await ensureCertificatesOf(`${folder.path}/incomplete`, CAS);
    const before = await readFile(caFile, 'utf8');
    await rm(keys['api-gateway'].certFile);
    await ensureCertificatesOf(`${folder.path}/incomplete`, CAS);
    expect(await readFile(caFile, 'utf8')).not.toBe(before);
    await expect(readFile(keys['api-gateway'].certFile, 'utf8')).resolves.toContain('CERTIFICATE');
  });

  it('are made in spite of a lock that a dead process left', async () => {
    const lock = `${folder.path}/left.lock`;
    await mkdir(lock);
    await utimes(lock, new Date(0), new Date(0));
    await expect(ensureCertificatesOf(`${folder.path}/left`, CAS)).resolves.toMatchObject({ folder: `${folder.path}/left` });
  });
});

describe('the keys of the STS', () => {
  const kids = (ring: KeyRing) => ring.verifying.map(({ kid }) => kid);

  it('are kept in a file that is for its owner only, and change in turn', async () => {
    const file = `${folder.path}/keys.json`;
    const ring = await KeyRing.load(file);
    const [current, next] = kids(ring);
    expect(ring.signing.kid).toBe(current);
    await ring.rotate();
    expect(kids(ring)).toEqual([next, expect.any(String), current]);
    expect(kids(await KeyRing.load(file))).toEqual(kids(ring));
    await ring.rotate();
    expect(kids(ring)).not.toContain(current);
    expect(new Set(kids(ring)).size).toBe(3);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('grow old', async () => {
    const ring = await KeyRing.load(`${folder.path}/old-keys.json`);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    expect(ring.age).toBeGreaterThanOrEqual(60_000);
    await ring.rotate();
    expect(ring.age).toBe(0);
  });

  it('are not made anew where the file is broken', async () => {
    await writeFile(`${folder.path}/broken.json`, '{');
    await expect(KeyRing.load(`${folder.path}/broken.json`)).rejects.toThrow(`${folder.path}/broken.json`);
  });
});

describe('the settings', () => {
  it('have a port for every service, and say which one is wrong', async () => {
    expect(settings).toMatchObject({ stsPort: 9445, inventoryPort: 9091, orderPort: 9090, stsUrl: 'https://localhost:9445' });
    expect(settings).toMatchObject({ gatewayPort: 9443, orderUrl: 'https://localhost:9090' });
    const env = { CERTIFICATES: settings.certificates.folder, STS_KEY_LIFETIME: '60' };
    await expect(loadSettings(env)).rejects.toThrow("STS_KEY_LIFETIME must be a number of seconds, 3600 at least, not '60'.");
    await expect(loadSettings({ ORDER_PORT: 'x' })).rejects.toThrow("ORDER_PORT must be a port number, not 'x'.");
  });
});
