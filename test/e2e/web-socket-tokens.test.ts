import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  type AuthModuleOptions,
  AuthService,
  CurrentPrincipal,
  type Principal,
  ServiceAuth,
  type WebSocketOptions,
} from 'nest-service-auth';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { type AuthorizationServer, CLIENT_SECRET, startAuthorizationServer } from '../support/authorization-server.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { type ConnectOptions, connect, refusalOf, SOCKET_ADAPTERS, type SocketAdapterName, startGateways } from '../support/web-socket.js';

const key = createSecret('HS256');
const handled: string[] = [];
const token = (sub = 'carol', lifetime = 300) => mint(key, goodClaims({ sub, exp: Math.floor(Date.now() / 1000) + lifetime }));

@ServiceAuth({ auth: ['sts'] })
@WebSocketGateway()
class Gateway {
  handleConnection(_: unknown, @CurrentPrincipal() who: Principal | undefined) {
    handled.push(`connection of ${who?.username}`);
  }
  @SubscribeMessage('who')
  who(@CurrentPrincipal() who: Principal) {
    handled.push('who');
    return { event: 'who', data: who.username };
  }
}

let app: INestApplication | undefined;
async function start(adapter: SocketAdapterName, webSocket?: WebSocketOptions, more: AuthModuleOptions = {}): Promise<string> {
  const sts = { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret: key.secret } } };
  const auth = { schemes: { sts }, eventSink: RecordingSink, ...more, ...(webSocket && { webSocket }) };
  const running = await startGateways(adapter, appModule({ auth, providers: [Gateway] }));
  app = running.app;
  return running.url;
}
afterEach(async () => {
  await app?.close();
  handled.splice(0);
});

async function caller(adapter: SocketAdapterName, url: string, options: ConnectOptions): Promise<unknown> {
  const client = await connect(adapter, url, options);
  const [, who] = await client.ask('who');
  client.close();
  return who;
}

describe.each(SOCKET_ADAPTERS)('the token of a connection on %s', (adapter) => {
  const ambiguous = { code: 'BAD_REQUEST' };

  it('is in the Authorization field, and with socket.io in auth.token, and nowhere else', async () => {
    const url = await start(adapter);
    const good = await token();
    expect(await caller(adapter, url, { headers: { authorization: `Bearer ${good}` } })).toBe('carol');
    expect(await refusalOf(adapter, url, { headers: { cookie: `token=${good}` } })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await refusalOf(adapter, url, { path: `/?token=${good}`, io: { query: { token: good, access_token: good } } })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    if (adapter === 'ws') return;
    expect(await caller(adapter, url, { auth: { token: good } })).toBe('carol');
    expect(await caller(adapter, url, { auth: { token: `Bearer ${good}` } })).toBe('carol');
    for (const wrong of [[good], { token: good }, 1, `${good} x`])
      expect(await refusalOf(adapter, url, { auth: { token: wrong } })).toMatchObject({ code: 'UNAUTHENTICATED' });
    const [one, other] = await Promise.all([token('carol'), token('dave')]);
    expect(await refusalOf(adapter, url, { auth: { token: one }, headers: { authorization: `Bearer ${other}` } })).toEqual(ambiguous);
    expect(await caller(adapter, url, { auth: { token: one }, headers: { authorization: `Bearer ${one}` } })).toBe('carol');
  });

  it('is a subprotocol that is not echoed', async () => {
    const url = await start(adapter, { tokenFrom: [{ subprotocol: 'bearer' }] });
    const good = await token();
    const encoded = `base64url.bearer.authorization.${Buffer.from(good).toString('base64url')}`;
    expect(await caller(adapter, url, { protocols: ['orders.v1', 'bearer', good] })).toBe('carol');
    expect(await caller(adapter, url, { protocols: ['orders.v1', encoded] })).toBe('carol');
    expect(await refusalOf(adapter, url, { protocols: ['orders.v1', 'bearer', await token('dave'), encoded] })).toMatchObject(ambiguous);
    expect(await refusalOf(adapter, url, { protocols: ['orders.v1', 'bearer'] })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await refusalOf(adapter, url, { protocols: ['orders.v1'] })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await refusalOf(adapter, url, { headers: { authorization: `Bearer ${good}` } })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is a cookie that counts from this site alone', async () => {
    const url = await start(adapter, { tokenFrom: [{ cookie: 'sid' }] }, { allowedOrigins: ['https://app.example'] });
    const cookie = `sid=${await token()}`;
    expect(await caller(adapter, url, { headers: { cookie } })).toBe('carol');
    expect(await caller(adapter, url, { headers: { cookie, origin: 'https://app.example' } })).toBe('carol');
    expect(await caller(adapter, url, { headers: { cookie, origin: url, 'sec-fetch-site': 'same-origin' } })).toBe('carol');
    expect(await refusalOf(adapter, url, { headers: { cookie, origin: 'https://evil.example' } })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf(adapter, url, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf(adapter, url, { headers: { cookie: `${cookie}; sid=${await token('dave')}` } })).toMatchObject(ambiguous);
  });

  it('is in the first message: until then nothing else is handled, and afterwards nothing is lost', async () => {
    const url = await start(adapter, { tokenFrom: [{ message: 'authenticate' }] });
    const client = await connect(adapter, url);
    const exception = ['exception', { status: 'error', code: 'UNAUTHENTICATED', message: 'Unauthorized' }];
    expect(await client.ask('who')).toEqual(exception);
    expect(await client.ask('authenticate', { token: 'bad' })).toEqual(exception);
    expect(await client.ask('authenticate')).toEqual(exception);
    expect(handled).toEqual([]);
    client.send('authenticate', { token: await token() });
    client.send('who');
    expect(await client.next()).toEqual(['authenticate', { status: 'ok' }]);
    expect(await client.next()).toEqual(['who', 'carol']);
    expect(handled).toEqual(['connection of carol', 'who']);
    client.close();
  });

  it('must come within some seconds, if it is in the first message', async () => {
    const url = await start(adapter, { tokenFrom: [{ message: 'authenticate' }], firstMessageWithin: 1 });
    const client = await connect(adapter, url);
    expect(await client.ended).toBe(adapter === 'ws' ? 4401 : 'io server disconnect');
    expect(handled).toEqual([]);
  });

  it('ends the connection when it expires', async () => {
    const url = await start(adapter);
    const client = await connect(adapter, url, { headers: { authorization: `Bearer ${await token('carol', 2)}` } });
    expect(await client.ask('who')).toEqual(['who', 'carol']);
    expect(await client.ended).toBe(adapter === 'ws' ? 4401 : 'io server disconnect');
  });

  it.each(['close', 'refuse'] as const)(
    'ends the connection when it is revoked, and no other connection (onExpiry: %s)',
    async (onExpiry) => {
      const url = await start(adapter, { onExpiry }, { revocation: { onUnavailable: 'refuse' } });
      const open = async (sub: string) => connect(adapter, url, { headers: { authorization: `Bearer ${await token(sub)}` } });
      const [client, another, dave] = [await open('carol'), await open('carol'), await open('dave')];
      expect(await client.ask('who')).toEqual(['who', 'carol']);
      await app?.get(AuthService).revoke({ sub: 'carol', issuedBefore: Date.now() / 1000 + 1 });
      for (const each of [client, another]) expect(await each.ended).toBe(adapter === 'ws' ? 4401 : 'io server disconnect');
      expect(await dave.ask('who')).toEqual(['who', 'dave']);
      dave.close();
      expect(await refusalOf(adapter, url, { headers: { authorization: `Bearer ${await token('carol')}` } })).toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    },
  );

  it("refuses messages when it has expired, with onExpiry: 'refuse'", async () => {
    const url = await start(adapter, { onExpiry: 'refuse' });
    const client = await connect(adapter, url, { headers: { authorization: `Bearer ${await token('carol', 2)}` } });
    await sleep(3500);
    expect(await client.ask('who')).toMatchObject(['exception', { code: 'UNAUTHENTICATED' }]);
    expect(app && eventsOf(app).at(-1)?.steps[0]?.reason).toBe('expired');
    client.close();
  });
});

describe.each(SOCKET_ADAPTERS)('a token that an authorization server knows, on %s', (adapter) => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await startAuthorizationServer();
  });
  afterAll(() => server.close());

  const schemes = () => ({
    sts: {
      oauth2IntrospectionConfig: {
        url: server.introspectionUrl,
        clientConfig: { auth: { method: 'client_secret_basic' as const, clientId: 'by_basic', clientSecret: CLIENT_SECRET } },
      },
    },
  });

  it('is asked about once for a connection, and again at the interval of recheck', async () => {
    const url = await start(adapter, { recheck: 1 }, { schemes: schemes() });
    const issued = await server.issue();
    const client = await connect(adapter, url, { headers: { authorization: `Bearer ${issued.token}` } });
    expect(await client.ask('who')).toEqual(['who', 'alice']);
    await issued.revoke();
    expect(await client.ended).toBe(adapter === 'ws' ? 4401 : 'io server disconnect');
  });

  it('keeps the connection during an outage, and messages are refused as unavailable', async () => {
    const url = await start(adapter, { recheck: 1 }, { schemes: schemes() });
    const issued = await server.issue();
    const client = await connect(adapter, url, { headers: { authorization: `Bearer ${issued.token}` } });
    await server.stop();
    await sleep(3500);
    expect(await client.ask('who')).toMatchObject(['exception', { code: 'UNAVAILABLE' }]);
    await server.start();
    client.close();
  });
});
