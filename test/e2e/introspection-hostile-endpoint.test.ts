import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AuthEventSink, ServiceAuth } from 'nest-service-auth';
import { startApp } from '../support/adapters.js';
import { appModule, RecordingSink } from '../support/app.js';
import { startServer, type TestServer } from '../support/https-server.js';

@ServiceAuth({ auth: ['sts'] })
@Controller('order')
class OrderController {
  @Get()
  list() {
    return 'orders';
  }
}

const JSON_ = { 'content-type': 'application/json' };
const ACTIVE = JSON.stringify({ active: true, sub: 'mallory' });
const answer =
  (body: string | Buffer, headers: Record<string, string> = JSON_, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

/** One octet after the other, for ever: each of them in time, the whole never. */
function drip(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, JSON_).write('{"active":true');
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

describe('an introspection endpoint that misbehaves', () => {
  let endpoint: TestServer;
  let elsewhere: TestServer;
  let behave: RequestListener;
  let seen: string[];
  let app: INestApplication;
  let url: string;
  let sink: RecordingSink;
  beforeEach(async () => {
    seen = [];
    endpoint = await startServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      behave(request, response);
    });
    elsewhere = await startServer((request, response) => {
      seen.push(`elsewhere: ${request.method} ${request.url}`);
      response.writeHead(200, JSON_).end(ACTIVE);
    });
    const oauth2IntrospectionConfig = { url: `${endpoint.url}introspect`, cacheConfig: {}, clientConfig: { timeout: 0.5 } };
    const auth = { schemes: { sts: { oauth2IntrospectionConfig } }, eventSink: RecordingSink };
    ({ app, url } = await startApp('express', appModule({ auth, controllers: [OrderController] })));
    sink = app.get<RecordingSink>(AuthEventSink);
  });
  afterEach(async () => {
    await app.close();
    await endpoint.close();
    await elsewhere.close();
  });

  const get = (token = 'secret-token') => fetch(`${url}/order`, { headers: { authorization: `Bearer ${token}` } });

  it.each<[string, () => RequestListener]>([
    ['drips', () => drip],
    ['never answers', () => () => {}],
    ['answers with a megabyte', () => answer(`{"active":true,"pad":"${'x'.repeat(1_000_000)}"}`)],
    ['never stops answering', () => (_request, response) => void endless(response)],
    [
      'answers with a gzip bomb',
      () => answer(gzipSync(`{"active":true,"pad":"${'x'.repeat(5_000_000)}"}`), { ...JSON_, 'content-encoding': 'gzip' }),
    ],
    ['answers with HTML', () => answer('<html>sign in</html>', { 'content-type': 'text/html' })],
    ['says that its JSON is text', () => answer(ACTIVE, { 'content-type': 'text/plain' })],
    ['does not say what it answers with', () => answer(ACTIVE, {})],
    ['writes active as a string', () => answer('{"active":"true"}')],
    ['writes active as a number', () => answer('{"active":1}')],
    ['leaves active out', () => answer('{"scope":"read"}')],
    ['answers null', () => answer('null')],
    ['answers a list', () => answer(`[${ACTIVE}]`)],
    ['answers half of it', () => answer(ACTIVE.slice(0, -1))],
    ['answers with 201', () => answer(ACTIVE, JSON_, 201)],
    ['answers with 500', () => answer(ACTIVE, JSON_, 500)],
    ['answers with 429', () => answer(ACTIVE, JSON_, 429)],
    ['refuses our own credentials', () => answer('{"error":"invalid_client"}', JSON_, 401)],
    ['redirects elsewhere', () => answer('', { location: `${elsewhere.url}introspect` }, 302)],
    ['redirects elsewhere, keeping the method', () => answer('', { location: `${elsewhere.url}introspect` }, 307)],
    ['resets the connection', () => (request) => void request.socket.resetAndDestroy()],
    [
      'hangs up in the middle',
      () => (_request, response) =>
        void response.writeHead(200, { ...JSON_, 'content-length': '99' }).write(ACTIVE, () => response.destroy()),
    ],
    ['does not speak HTTP', () => (request) => void request.socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
  ])(
    'gets nobody in and answers 503 when it %s',
    async (_what, behaviour) => {
      behave = behaviour();
      const response = await get();
      expect(response.status).toBe(503);
      expect(seen).toEqual(['POST /introspect']);
      expect(sink.events).toMatchObject([{ steps: [{ scheme: 'sts', outcome: 'unavailable', reason: 'could_not_find_out' }] }]);
      const cause = sink.events[0]?.steps[0]?.cause as Error;
      expect(`${cause.message} ${cause.stack} ${await response.text()}`).not.toContain('secret-token');
      behave = answer(ACTIVE);
      let status = 503;
      while (status === 503) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        ({ status } = await get());
      }
      expect(status).toBe(200);
    },
    15_000,
  );

  it('is not asked any more once it is dead, and requests are still answered', async () => {
    behave = (request) => void request.socket.resetAndDestroy();
    for (let times = 0; times < 12; times++) expect((await get(`token-${times}`)).status).toBe(503);
    expect(seen).toHaveLength(5);
    const response = await get('another');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is asked over connections that are kept', async () => {
    behave = answer(ACTIVE);
    for (let times = 0; times < 5; times++) await get(`token-${times}`);
    expect(seen).toHaveLength(5);
    expect(endpoint.connections()).toBe(1);
  });
});

async function endless(response: ServerResponse): Promise<void> {
  response.on('error', () => {});
  response.writeHead(200, JSON_).write('{"active":true,"pad":"');
  while (!response.destroyed) {
    response.write('x'.repeat(16_384));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
