import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { jest } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type Incident, isStep } from '../../demo/demo.js';
import { HttpsClient } from '../../demo/https-client.js';
import { replayChapter, sum } from '../../demo/replay.js';
import { loadSettings } from '../../sample/order-management/settings.js';
import { AuthorizationServer } from '../../sample/order-management/sts/authorization-server.js';
import { readTranscript, type Transcript } from '../../sample/order-management/transcript.js';
import { strangersToken } from '../../sample/order-management/walkthrough/strangers.js';
import { walkthrough } from '../../sample/order-management/walkthrough/walkthrough.js';
import { startServer, type TestServer } from '../support/https-server.js';
import { type Answer, type OrderManagement, startOrderManagement, temporaryFolder } from '../support/order-management.js';
import { ReplayRecorder } from '../support/replay-recorder.js';

const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'shop=1' };
const BOOK = { category: 'books', code: '978-1617295959', qty: 1 };
const order = (id: string) => ({ id, name: 'An order', items: [BOOK] });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let transcript: Transcript;
beforeAll(async () => {
  // The authorization server writes notices about what suits a sample and nothing else.
  for (const method of ['info', 'warn'] as const) jest.spyOn(console, method).mockImplementation(() => undefined);
  folder = await temporaryFolder();
  transcript = await readTranscript();
});
afterAll(async () => {
  jest.restoreAllMocks();
  await folder.remove();
});

const start = (env: NodeJS.ProcessEnv = {}) => startOrderManagement(`${folder.path}/certificates`, env);

describe('the order management system', () => {
  let system: OrderManagement;
  beforeEach(async () => {
    system = await start();
  });
  afterEach(() => system.close());

  const ask = (method: string, path: string, token?: string, json?: unknown): Promise<Answer> =>
    system.call(method, `${system.urls.gateway}/order${path}`, {
      ...(token !== undefined && { token }),
      ...(json !== undefined && { json }),
    });

  it("answers the guide's session directly and through the gateway, keeps strangers out and gets by without the STS", async () => {
    const chapters = walkthrough(transcript, system.settings);
    const { caFile, keys } = system.settings.certificates;
    const { certFile, keyFile } = keys['order-service'];
    const pem = (file: string) => readFileSync(file, 'utf8');
    const client = new HttpsClient({ ca: pem(caFile), cert: pem(certFile), key: pem(keyFile) });
    const report = new ReplayRecorder();
    const cause = async (incident: Incident) => {
      if (incident.stop !== undefined) await system.stop('sts');
      if (incident.start !== undefined) await system.start('sts');
    };
    const scores = [];
    let variables: Record<string, string> = {
      COUNTER: transcript.tokens.counter,
      ADMIN: transcript.tokens.admin,
      STRANGER: await strangersToken(),
    };
    for (const chapter of chapters) {
      const outcome = await replayChapter(chapter, variables, { client, cause, report, interrupted: new AbortController().signal });
      variables = outcome.variables;
      scores.push(outcome.score);
    }
    await client.close();
    expect(report.wrong).toEqual({});
    expect([scores[0], scores[2]]).toEqual([7, 7].map((count) => ({ passed: count, asked: count })));
    expect(sum(scores).passed).toBe(chapters.flatMap(({ steps }) => steps).filter(isStep).length);
  }, 60_000);

  it('goes on for users whom the gateway knows when the STS is gone, for a while, and tells others to come back', async () => {
    const [alice, bob] = [await system.login('alice'), await system.login('bob')];
    expect(await ask('POST', '', alice, order('1'))).toMatchObject({ status: 201 });
    await system.stop('sts');
    const known = await Promise.all(['2', '3', '4'].map((id) => ask('POST', '', alice, order(id))));
    expect(known.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await ask('GET', '/2')).toMatchObject({ status: 200 });
    expect(await ask('DELETE', '/2', bob)).toMatchObject({
      status: 503,
      text: '',
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    });
    const direct = { token: transcript.tokens.admin };
    expect(await system.call('DELETE', `${system.urls.orders}/order/2`, direct)).toMatchObject({ status: 200 });

    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 301_000);
    expect(await ask('POST', '', alice, order('5'))).toMatchObject({ status: 503 });
    clock.mockRestore();

    // It kept its tokens in memory only.
    await system.start('sts');
    expect(await ask('POST', '', alice, order('5'))).toMatchObject({ status: 401 });
    expect(await ask('POST', '', await system.login('alice'), order('5'))).toMatchObject({ status: 201 });
  });

  it('goes on when the STS signs with another key', async () => {
    expect(await ask('POST', '', await system.login('alice'), order('1'))).toMatchObject({ status: 201 });
    await system.sts().get(AuthorizationServer).rotate();
    expect(await ask('DELETE', '/1', await system.login('bob'))).toMatchObject({ status: 200 });
  });

  it('answers 502 while the order service is gone', async () => {
    const alice = await system.login('alice');
    await system.stop('orders');
    const body = { status: 'The order service cannot be reached.' };
    expect(await ask('POST', '', alice, order('1'))).toMatchObject({ status: 502, body });
    expect(await ask('GET', '/1')).toMatchObject({ status: 502, body });
    await system.start('orders');
    expect(await ask('POST', '', alice, order('1'))).toMatchObject({ status: 201 });
  });

  it('looks at a body only after the caller', async () => {
    const send = (text: string, token?: string) =>
      system.call('POST', `${system.urls.gateway}/order`, {
        headers: { 'content-type': 'application/json' },
        text,
        ...(token && { token }),
      });
    const alice = await system.login('alice');
    for (const [text, status] of [
      ['{', 400],
      ['x'.repeat(200_000), 413],
    ] as const) {
      expect(await send(text)).toMatchObject({ status: 401, text: '' });
      expect(await send(text, alice)).toMatchObject({ status });
    }
  });

  it.each(['/..%2F..%2Finventory', '/%2e%2e%2fsecret', '/a%3Fb%23c'])('does not let %s become another path', async (path) => {
    const status = `Order '${decodeURIComponent(path.slice(1))}' cannot be found.`;
    expect(await ask('GET', path)).toMatchObject({ status: 404, body: { status } });
  });
});

describe('the gateway', () => {
  interface Seen {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }
  const seen: Seen[] = [];
  let answer = 200;
  let orders: TestServer;
  let system: OrderManagement;

  beforeAll(async () => {
    const { certFile, keyFile } = (await loadSettings({ CERTIFICATES: `${folder.path}/certificates` })).certificates.keys['order-service'];
    const tls = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    orders = await startServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push({ method, url, headers, body });
      response.writeHead(answer, { 'content-type': 'application/json', 'set-cookie': 'a=b' }).end('{"a": 1}');
    }, tls);
    system = await start({ ORDER_URL: orders.url.origin });
  });
  beforeEach(() => {
    seen.length = 0;
    answer = 200;
  });
  afterAll(async () => {
    await system.close();
    await orders.close();
  });

  const put = (token: string, headers: Record<string, string> = {}) =>
    system.call('PUT', `${system.urls.gateway}/order/7?x=1`, {
      token,
      headers: { 'content-type': 'application/json', ...headers },
      text: '{"b": 2}',
    });
  const claimsOf = ({ headers }: Seen) => decodeJwt(headers.authorization?.replace('Bearer ', '') ?? '');

  it("sends a JWT of the STS with the user's details in place of the user's token, and nothing that is the user's besides", async () => {
    const token = await system.login('bob');
    const { status, text, headers } = await put(token, { cookie: 'session=1', 'x-forwarded-for': '10.0.0.1', ...TRACE });
    expect({ status, text, cookie: headers['set-cookie'] }).toEqual({ status: 200, text: '{"a": 1}', cookie: undefined });
    expect(seen).toMatchObject([
      { method: 'PUT', url: '/order/7', body: '{"b": 2}', headers: { 'content-type': 'application/json', ...TRACE } },
    ]);
    const [first] = seen as [Seen];
    expect([first.headers.cookie, first.headers['x-forwarded-for']]).toEqual([undefined, undefined]);
    expect(JSON.stringify(first)).not.toContain(token);
    const claims = claimsOf(first);
    expect(claims).toMatchObject({
      iss: 'wso2',
      aud: 'ballerina',
      sub: 'bob',
      name: 'Bob Fernando',
      email: 'bob@shop.example',
      act: { sub: 'api-gateway' },
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
  });

  it('exchanges a token once, however many requests come with it, and those of two users apart', async () => {
    const [alice, bob] = [await system.login('alice'), await system.login('bob')];
    await Promise.all([alice, bob, alice, bob, alice].map((token) => put(token)));
    const bySubject = new Map(seen.map((each) => [claimsOf(each).sub, new Set<unknown>()]));
    for (const each of seen) bySubject.get(claimsOf(each).sub)?.add(claimsOf(each).jti);
    expect([...bySubject].map(([sub, ids]) => [sub, ids.size]).sort()).toEqual([
      ['alice', 1],
      ['bob', 1],
    ]);
  });

  it("passes on the trace of a request on nobody's behalf, without the token that came with it", async () => {
    await system.call('GET', `${system.urls.gateway}/order/7`, { headers: TRACE, token: 'x' });
    expect(seen).toMatchObject([{ method: 'GET', url: '/order/7', headers: TRACE }]);
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  it('takes it upon itself when the order service refuses the exchanged token', async () => {
    answer = 401;
    expect(await put(await system.login('bob'))).toMatchObject({ status: 502 });
    expect(new Set(seen.map((each) => claimsOf(each).jti)).size).toBe(2);
  });

  it('tells the user when the STS no longer exchanges the token', async () => {
    const token = await system.login('bob');
    await put(token);
    const client = `Basic ${Buffer.from('demo-client:demo-client-secret').toString('base64')}`;
    await system.call('POST', `${system.urls.sts}/oauth2/revoke`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: client },
      text: `token=${token}`,
    });
    answer = 401;
    const refused = { status: 401, text: '', headers: { 'www-authenticate': 'Bearer realm="api", error="invalid_token"' } };
    expect(await put(token)).toMatchObject(refused);
  });

  it('passes on a refusal of the order service as it is', async () => {
    answer = 403;
    expect(await put(await system.login('alice'))).toMatchObject({ status: 403, text: '{"a": 1}' });
  });
});

it('passes a trace on to the inventory, two hops away', async () => {
  const { keys } = (await loadSettings({ CERTIFICATES: `${folder.path}/certificates` })).certificates;
  const traces: unknown[] = [];
  const tls = {
    cert: readFileSync(keys['inventory-service'].certFile, 'utf8'),
    key: readFileSync(keys['inventory-service'].keyFile, 'utf8'),
  };
  const inventory = await startServer(({ headers: { traceparent, tracestate } }, response) => {
    traces.push({ traceparent, tracestate });
    response.end();
  }, tls);
  const system = await start({ INVENTORY_URL: inventory.url.origin });
  const token = await system.login('alice');
  expect(await system.call('POST', `${system.urls.gateway}/order`, { token, json: order('1'), headers: TRACE })).toMatchObject({
    status: 201,
  });
  await system.close();
  await inventory.close();
  expect(traces).toEqual([TRACE]);
});
