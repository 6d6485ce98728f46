import { AuthClient } from '../../../lib/client/auth-client.js';
import { createSelfSigned, createTestCa } from '../../support/certificates.js';
import { BEARER, type FakeService, failed, failureOf, workshop } from './setup.js';

describe('the fetch of a client', () => {
  const { client, serve, close } = workshop();
  let service: FakeService;
  let inventory: AuthClient;
  let hasty: AuthClient;
  beforeEach(async () => {
    service = await serve();
    inventory = await client({ baseUrl: `${service.origin}/v1`, auth: BEARER, maxResponseBytes: 1000 });
    hasty = await client({ baseUrl: `${service.origin}/v1`, auth: BEARER, clientConfig: { timeout: 0.3 } });
  });
  afterEach(close);

  it('gives the standard’s Response', async () => {
    service.answer = (_request, response) =>
      response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] }).end('{"left":3}');
    const response = await inventory.fetch('/stock');
    expect(response).toBeInstanceOf(Response);
    expect({ status: response.status, ok: response.ok, url: response.url, redirected: response.redirected }).toEqual({
      status: 201,
      ok: true,
      url: `${service.origin}/v1/stock`,
      redirected: false,
    });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({ left: 3 });
  });

  it.each<[string, NonNullable<RequestInit['body']>, string, string]>([
    ['a text', 'héllo', 'héllo', 'text/plain;charset=UTF-8'],
    ['parameters', new URLSearchParams({ a: 'b&c' }), 'a=b%26c', 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['octets', new TextEncoder().encode('octets'), 'octets', 'undefined'],
    ['a Blob', new Blob(['blob'], { type: 'text/csv' }), 'blob', 'text/csv'],
  ])('sends %s', async (_what, body, text, type) => {
    await inventory.fetch('stock', { method: 'PUT', body });
    expect(service.received).toMatchObject([{ method: 'PUT', url: '/v1/stock', body: text }]);
    expect(String(service.received[0]?.headers['content-type'])).toBe(type);
    expect(service.received[0]?.headers['content-length']).toBe(String(Buffer.byteLength(text)));
  });

  it('sends a form, a stream, and a whole Request', async () => {
    const form = new FormData();
    form.set('name', 'value');
    await inventory.fetch('/form', { method: 'POST', body: form });
    await inventory.fetch('/stream', { method: 'POST', body: new Blob(['streamed']).stream() });
    await inventory.fetch(new Request(`${service.origin}/v1/request`, { method: 'POST', body: 'whole', headers: { 'x-a': 'b' } }));
    const [first, second, third] = service.received;
    expect(first?.body).toContain('name="name"\r\n\r\nvalue');
    expect(second).toMatchObject({ body: 'streamed', headers: { 'transfer-encoding': 'chunked' } });
    expect(third).toMatchObject({ url: '/v1/request', method: 'POST', body: 'whole', headers: { 'x-a': 'b' } });
  });

  it('sends the fields of the config, and ignores those of the connection, so that an incoming request’s may be passed on', async () => {
    const custom = await client({
      baseUrl: service.origin,
      auth: BEARER,
      clientConfig: { customHeaders: { 'X-Key': 'k', 'X-Other': 'o' } },
    });
    const headers = { host: 'evil.example', connection: 'close', 'content-length': '99', 'accept-encoding': 'gzip', 'x-other': 'mine' };
    await custom.fetch('/', { headers });
    expect(service.received[0]?.headers).toMatchObject({
      host: new URL(service.origin).host,
      authorization: 'Bearer hunter2',
      'x-key': 'k',
      'x-other': 'mine',
      'accept-encoding': 'gzip, deflate, br',
    });
    expect(service.received[0]?.headers).not.toHaveProperty('content-length');
  });

  it('lets no other code write the Authorization field', async () => {
    await failed(inventory.fetch('/', { headers: { Authorization: 'Basic eA==' } }), 'invalid_request', 'which auth writes');
    expect(service.received).toEqual([]);
    const open = await client({ baseUrl: service.origin, auth: false });
    await open.fetch('/', { headers: { Authorization: 'Basic eA==' } });
    await open.fetch('/');
    expect(service.authorizations).toEqual(['Basic eA==', undefined]);
  });

  describe('follows a redirect', () => {
    const redirect = (status: number, location: string) => {
      service.answer = ({ url }, response) =>
        url === '/v1/start' ? response.writeHead(status, { location }).end() : response.end('there');
    };

    it.each([
      [302, 'POST', 'GET', ''],
      [303, 'PUT', 'GET', ''],
      [307, 'POST', 'POST', 'body'],
      [308, 'PUT', 'PUT', 'body'],
      [302, 'PUT', 'PUT', 'body'],
    ])('%i of a %s with a %s, within the origin', async (status, method, then, body) => {
      redirect(status, '/v2/end');
      const response = await inventory.fetch('/start', { method, body: 'body' });
      expect(await response.text()).toBe('there');
      expect({ redirected: response.redirected, url: response.url }).toEqual({ redirected: true, url: `${service.origin}/v2/end` });
      expect(service.received[1]).toMatchObject({ method: then, url: '/v2/end', body, headers: { authorization: 'Bearer hunter2' } });
      expect(service.received[1]?.headers['content-type'] === undefined).toBe(body === '');
    });

    it('to another origin never, not even to one that is allowed', async () => {
      const other = await serve();
      const both = await client({ baseUrl: service.origin, allowedOrigins: [other.origin], auth: BEARER });
      service.answer = (_request, response) => response.writeHead(307, { location: `${other.origin}/stolen` }).end();
      await failed(both.fetch('/'), 'redirect', 'to another origin');
      expect(other.received).toEqual([]);
    });

    it('that the caller wants to see, to fail at, or that leads nowhere, no further', async () => {
      redirect(302, '/v1/end');
      const seen = await inventory.fetch('/start', { redirect: 'manual' });
      expect([seen.status, seen.headers.get('location')]).toEqual([302, '/v1/end']);
      await failed(inventory.fetch('/start', { redirect: 'error' }), 'redirect', 'does not follow redirects');
      redirect(302, '/v1/start');
      await failed(inventory.fetch('/start'), 'redirect', 'more than 3 times');
      redirect(302, 'https://[');
      await failed(inventory.fetch('/start'), 'redirect', 'to an invalid URL');
      redirect(307, '/v1/end');
      await failed(inventory.fetch('/start', { method: 'POST', body: new Blob(['x']).stream() }), 'redirect', 'cannot be sent again');
    });
  });

  describe('is bounded', () => {
    it('in time, from the first octet to the last', async () => {
      service.answer = () => {};
      await failed(hasty.fetch('/slow?secret'), 'timeout', /GET http:\/\/localhost:\d+\/v1\/slow: no whole answer within 0.3 s$/);
      service.answer = (_request, response) => response.write('{');
      await failed(hasty.fetch('/slow'), 'timeout', 'no whole answer');
    });

    it('in size', async () => {
      service.answer = (_request, response) => response.end('x'.repeat(1001));
      await failed(inventory.fetch('/'), 'too_large', 'more than 1000 bytes');
      service.answer = (_request, response) => response.end('x'.repeat(1000));
      expect((await (await inventory.fetch('/')).text()).length).toBe(1000);
    });

    it('by an encoding that was not asked for, or that is damaged', async () => {
      service.answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('x');
      await failed(inventory.fetch('/'), 'unusable_answer', 'content encoding');
      service.answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
      await failed(inventory.fetch('/'), 'unusable_answer', 'cannot be unpacked');
      await failed(inventory.fetch('/', { streaming: true }), 'unusable_answer', 'content encoding');
    });

    it('by the caller’s own signal, with the caller’s own reason', async () => {
      service.answer = () => {};
      const controller = new AbortController();
      const reason = new Error('enough');
      const work = inventory.fetch('/', { signal: controller.signal });
      controller.abort(reason);
      expect(await failureOf(work)).toBe(reason);
      expect(await failureOf(inventory.fetch('/', { signal: controller.signal }))).toBe(reason);
    });

    it('by connections that break', async () => {
      service.answer = (_request, response) => response.destroy();
      await failed(inventory.fetch('/'), 'unreachable', 'UND_ERR_SOCKET');
      const origin = service.origin;
      await service.server.close();
      await failed(inventory.fetch('/'), 'unreachable', 'the connection was refused: no server listens on that port');
      expect(origin).toBe(service.origin);
    });
  });

  it.each([204, 304])('gives a %i without a body, and a HEAD', async (status) => {
    service.answer = ({ method }, response) => response.writeHead(method === 'HEAD' ? 200 : status, { 'content-encoding': 'gzip' }).end();
    expect(await inventory.fetch('/')).toMatchObject({ status, body: null });
    expect(await inventory.fetch('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: null });
  });

  it('shows its certificate, beside a token or alone, to a service that it trusts', async () => {
    const ca = await createTestCa();
    const [server, own] = await Promise.all([ca.issue(), ca.issue({ cn: 'orders' })]);
    const tls = { key: server.keyPem, cert: server.certPem, ca: ca.certPem, requestCert: true, rejectUnauthorized: true };
    const secured = await serve(tls);
    const key = { certFile: own.certPem, keyFile: own.keyPem };
    const alone = await client({ baseUrl: secured.origin, clientConfig: { secureSocket: { cert: ca.certPem, key } } });
    const beside = await client({ baseUrl: secured.origin, auth: BEARER, clientConfig: { secureSocket: { cert: ca.certPem, key } } });
    expect((await alone.fetch('/')).status).toBe(200);
    expect((await beside.fetch('/')).status).toBe(200);
    expect(secured.authorizations).toEqual([undefined, 'Bearer hunter2']);
    const without = await client({ baseUrl: secured.origin, auth: BEARER, clientConfig: { secureSocket: { cert: ca.certPem } } });
    await failed(without.fetch('/'), 'unreachable', /ERR_SSL|UND_ERR_SOCKET|ECONNRESET/);
    const stranger = await createSelfSigned();
    const other = await client({ baseUrl: secured.origin, clientConfig: { secureSocket: { cert: stranger.certPem, key } } });
    await failed(other.fetch('/'), 'unreachable', 'CA that is not trusted');
    expect(secured.received).toHaveLength(2);
  });
});
