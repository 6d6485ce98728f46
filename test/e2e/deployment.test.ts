import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Agent, request } from 'undici';
import { SHOP } from '../../sample/order-management/sts/clients.js';
import { DEMO_LOGIN } from '../../sample/order-management/sts/grants/demo-login.js';
import { type Pods, startPods } from '../support/deployment/pods.js';
import { temporaryFolder } from '../support/order-management.js';

type Name = keyof Pods['pods'];
const NAMES: readonly Name[] = ['sts', 'inventory-service', 'order-service', 'api-gateway'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let system: Pods;
let anybody: Agent;

beforeAll(async () => {
  folder = await temporaryFolder();
  system = await startPods(folder.path);
  anybody = new Agent({ connect: { ca: system.ca } });
}, 40_000);

afterAll(async () => {
  await anybody.destroy();
  await system.close();
  await folder.remove();
});

async function tokenOf(username: string): Promise<string> {
  const answer = await request(`${system.urls.sts}/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${SHOP.id}:${SHOP.secret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: DEMO_LOGIN, username }).toString(),
    dispatcher: anybody,
  });
  return ((await answer.body.json()) as { access_token: string }).access_token;
}

async function order(token: string, id: string): Promise<{ status: number; location: unknown }> {
  const answer = await request(`${system.urls['api-gateway']}/order`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, name: 'Books', items: [{ category: 'books', code: '978-1484220498', qty: 1 }] }),
    dispatcher: anybody,
  });
  await answer.body.dump();
  return { status: answer.statusCode, location: answer.headers.location };
}

async function health(name: Name, what: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${system.pods[name].health}/${what}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('services that have what their pods mount, and nothing else', () => {
  it('pass an order from the gateway to the stock, and name it by the address that users know', async () => {
    expect(await order(await tokenOf('bob'), '1')).toEqual({ status: 201, location: 'https://orders.example.com/order/1' });
  });

  it('refuse a token that the STS has not issued', async () => {
    expect(await order('a-token-of-ones-own', '2')).toMatchObject({ status: 401 });
  });

  it('know the gateway by the secret in its file, and not by the one in the source', () => {
    const { sts, 'api-gateway': gateway } = system.pods;
    expect(gateway.settings.gatewaySecret).toMatch(/^[\w-]{43}$/);
    expect(sts.settings.gatewaySecret).toBe(gateway.settings.gatewaySecret);
  });

  it('issue no certificates: what a folder is given, it keeps', async () => {
    expect((await readdir(join(folder.path, 'api-gateway/certificates'))).sort()).toEqual([
      'api-gateway.crt',
      'api-gateway.key',
      'order-service.crt',
      'sts.crt',
    ]);
  });

  it('write nothing but the keys of the STS, which no other pod can read', async () => {
    const { stsKeysFile } = system.pods.sts.settings;
    expect(stsKeysFile).toBe(join(folder.path, 'sts/keys/sts-keys.json'));
    expect((await stat(stsKeysFile)).mode & 0o777).toBe(0o600);
  });

  it.each(NAMES.filter((name) => name !== 'inventory-service'))(
    'have a certificate for the name that %s has in the cluster',
    async (name) => {
      const socket = connect({ port: Number(new URL(system.urls[name]).port), host: '127.0.0.1', ca: system.ca, servername: name });
      const authorized = await new Promise<boolean>((resolve, reject) => {
        socket.once('secureConnect', () => resolve(socket.authorized)).once('error', reject);
      });
      socket.destroy();
      expect(authorized).toBe(true);
    },
  );
});

describe('the health of a service', () => {
  it.each(NAMES)('is told to whoever has no certificate: %s is alive and ready', async (name) => {
    expect(await health(name, 'live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await health(name, 'ready')).toMatchObject({ status: 200, body: { details: { listener: { status: 'up' } } } });
  });

  it('says what its authentication depends on', async () => {
    const { status, body } = await health('order-service', 'dependencies');
    expect(status).toBe(200);
    expect(body).toMatchObject({ details: { auth: { schemes: { sts: { dependency: 'jwks', status: 'up' } } } } });
  });

  it('has nothing to say of dependencies where there are none, and ends nothing by being asked', async () => {
    expect(await health('sts', 'dependencies')).toMatchObject({ status: 200, body: { details: {} } });
    expect(await health('sts', 'live')).toMatchObject({ status: 200 });
  });

  it('is not known on the port that users reach', async () => {
    const answer = await request(`${system.urls['api-gateway']}/health/live`, { dispatcher: anybody });
    await answer.body.dump();
    expect(answer.statusCode).toBe(404);
  });

  it('has no other routes on its port', async () => {
    expect((await fetch(system.pods['order-service'].health.replace('/health', '/order/1'))).status).toBe(404);
  });
});

describe('a service that stops', () => {
  it('leaves those ready that depend on it, and they go on serving users whom they know', async () => {
    const bob = await tokenOf('bob');
    expect(await order(bob, '3')).toMatchObject({ status: 201 });
    await system.pods.sts.app.close();
    expect(await order(bob, '4')).toMatchObject({ status: 201 });
    expect(await order('unknown', '5')).toMatchObject({ status: 503 });
    expect(await health('api-gateway', 'ready')).toMatchObject({ status: 200 });
    expect(await health('order-service', 'ready')).toMatchObject({ status: 200 });
  });

  it('is not ready as soon as it does not listen, and answers probes until its last connection has ended', async () => {
    const server = system.pods['order-service'].app.getHttpServer();
    const accepted = once(server, 'connection');
    const last = createConnection(Number(new URL(system.urls['order-service']).port), '127.0.0.1');
    await accepted;
    const closed = once(server, 'close');
    server.close();
    expect(await health('order-service', 'ready')).toMatchObject({ status: 503, body: { error: { listener: { status: 'down' } } } });
    expect(await health('order-service', 'live')).toMatchObject({ status: 200 });
    last.destroy();
    await closed;
    await expect(health('order-service', 'live')).rejects.toThrow();
  });
});
