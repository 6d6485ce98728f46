import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { OutgoingRequest } from '../../../lib/outgoing/outgoing-client.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../../support/certificates.js';
import { eventually } from '../../support/eventually.js';
import { type ForwardProxyOptions, type RunningForwardProxy, startForwardProxy } from '../../support/forward-proxy/forward-proxy.js';
import { failureOf, workshop } from './setup.js';

const GET: OutgoingRequest = { method: 'GET' };
const SECRET = 'a-secret-that-nobody-else-may-see';
const POST: OutgoingRequest = { method: 'POST', headers: { authorization: `Basic ${SECRET}` }, body: `token=${SECRET}` };

describe('an outgoing client with a proxy', () => {
  const { clientOf, serve, serveRaw, close } = workshop();
  const proxies: RunningForwardProxy[] = [];
  let ca: TestCa;
  let server: IssuedCertificate;
  let caller: IssuedCertificate;

  beforeAll(async () => {
    ca = await createTestCa();
    server = await ca.issue({ sans: ['idp.example', 'localhost', 'IP:127.0.0.1'] });
    caller = await ca.issue({ cn: 'caller', sans: ['caller'] });
  });
  afterEach(async () => {
    await close();
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });

  const startProxy = async (options: ForwardProxyOptions) => {
    const proxy = await startForwardProxy(options);
    proxies.push(proxy);
    return proxy;
  };
  const serveTls = (more: object = {}) =>
    serve(
      (request, response) => response.end(JSON.stringify({ peer: (request.socket as TLSSocket).getPeerCertificate?.()?.subject?.CN })),
      {
        cert: server.certPem,
        key: server.keyPem,
        ...more,
      },
    );
  const secureSocket = () => ({ cert: ca.certPem });

  it('reaches an https: server through a tunnel, in which the proxy sees no secret', async () => {
    const { url } = await serveTls();
    const proxy = await startProxy({ hosts: { 'idp.example:443': Number(url.port) } });
    const client = clientOf({ proxy: `http://${proxy.address}`, secureSocket: secureSocket() });
    expect((await client.request(new URL('https://idp.example/introspect?x=1'), POST)).status).toBe(200);
    expect(proxy.asked).toEqual(['CONNECT idp.example:443']);
    expect(proxy.headers[0]?.['user-agent']).toMatch(/^nest-service-auth\//);
    expect(proxy.seen()).toContain('CONNECT');
    expect(proxy.seen()).not.toContain(SECRET);
    expect(proxy.seen()).not.toContain('introspect');
  });

  it('keeps the tunnel for further requests, and closes it with the client', async () => {
    const { url } = await serveTls();
    const proxy = await startProxy({ hosts: { 'idp.example:443': Number(url.port) } });
    const client = clientOf({ proxy: `http://${proxy.address}`, secureSocket: secureSocket() });
    for (let count = 0; count < 5; count++) await client.request(new URL('https://idp.example/'), GET);
    expect(proxy.asked.length).toBeLessThanOrEqual(2);
    expect(await proxy.connections()).toBeGreaterThan(0);
    await client.close();
    await sleep(100);
    expect(await proxy.connections()).toBe(0);
  });

  it('presents its certificate to the server in the tunnel', async () => {
    const { url } = await serveTls({ ca: ca.certPem, requestCert: true, rejectUnauthorized: true });
    const proxy = await startProxy({ hosts: { 'idp.example:443': Number(url.port) } });
    const key = { certFile: caller.certPem, keyFile: caller.keyPem };
    const client = clientOf({ proxy: `http://${proxy.address}`, secureSocket: { ...secureSocket(), key } });
    expect(JSON.parse((await client.request(new URL('https://idp.example/'), GET)).body.toString())).toEqual({ peer: 'caller' });
  });

  it('verifies the name and the CA of the server, not those of the proxy', async () => {
    const { url } = await serveTls();
    const proxy = await startProxy({ hosts: { 'other.example:443': Number(url.port), 'idp.example:443': Number(url.port) } });
    const wrongName = clientOf({ proxy: `http://${proxy.address}`, secureSocket: secureSocket() });
    expect((await failureOf(wrongName.request(new URL('https://other.example/'), POST))).message).toContain('another host name');
    const wrongCa = clientOf({ proxy: `http://${proxy.address}` });
    expect((await failureOf(wrongCa.request(new URL('https://idp.example/'), POST))).message).toContain('not trusted');
    expect(proxy.seen()).not.toContain(SECRET);
  });

  it('authenticates to the proxy with the user name and the password of its URL', async () => {
    const { url } = await serveTls();
    const authorization = `Basic ${Buffer.from('us er:p@ss/wörd').toString('base64')}`;
    const proxy = await startProxy({ hosts: { 'idp.example:443': Number(url.port) }, authorization });
    const client = clientOf({ proxy: `http://us%20er:p%40ss%2Fw%C3%B6rd@${proxy.address}`, secureSocket: secureSocket() });
    expect((await client.request(new URL('https://idp.example/'), GET)).status).toBe(200);
  });

  it.each([
    ['', ''],
    ['with another password', 'user:guess@'],
  ])('fails where the proxy refuses it %s', async (_name, user) => {
    const proxy = await startProxy({ hosts: {}, authorization: 'Basic x' });
    const client = clientOf({ proxy: `http://${user}${proxy.address}`, allowHttp: true });
    for (const scheme of ['https', 'http']) {
      const { message } = await failureOf(client.request(new URL(`${scheme}://idp.example/`), POST));
      expect(message).toContain(`the proxy wants a user name and a password`);
      expect(message).toContain(`through the proxy http://${proxy.address}`);
      expect(message).not.toContain('guess');
    }
  });

  it('fails where the proxy cannot reach the server', async () => {
    const proxy = await startProxy({ hosts: {} });
    const error = await failureOf(clientOf({ proxy: `http://${proxy.address}` }).request(new URL('https://idp.example/'), GET));
    expect(error.message).toBe(
      `GET https://idp.example/: the proxy refused to connect to the server (502), through the proxy http://${proxy.address}`,
    );
  });

  it('fails where the proxy is down, and names it without its password', async () => {
    const proxy = await startProxy({ hosts: {} });
    await proxy.stop();
    const client = clientOf({ proxy: `http://user:secret@${proxy.address}`, allowHttp: true });
    for (const scheme of ['https', 'http']) {
      const { message } = await failureOf(client.request(new URL(`${scheme}://idp.example/`), GET));
      expect(message).toMatch(/refused: no server listens on that port \(ECONNREFUSED\), through the proxy http:\/\/127\.0\.0\.1:\d+$/);
    }
  });

  it('fails in time where the proxy does not answer', async () => {
    const proxy = await startProxy({ hosts: {}, silent: true });
    const client = clientOf({ proxy: `http://${proxy.address}`, timeout: 0.3, allowHttp: true });
    for (const scheme of ['https', 'http'])
      expect((await failureOf(client.request(new URL(`${scheme}://idp.example/`), GET))).message).toContain('no whole answer within 0.3 s');
    await client.close();
    await sleep(100);
    expect(await proxy.connections()).toBe(0);
  });

  it('closes at once while a proxy does not answer', async () => {
    const proxy = await startProxy({ hosts: {}, silent: true });
    const client = clientOf({ proxy: `http://${proxy.address}` });
    const failed = failureOf(client.request(new URL('https://idp.example/'), GET));
    await sleep(200);
    await client.close();
    await failed;
    await sleep(100);
    expect(await proxy.connections()).toBe(0);
  });

  it('closes at once while the server in the tunnel does not answer', async () => {
    let reached = 0;
    const port = await serveRaw(() => reached++);
    const proxy = await startProxy({ hosts: { 'idp.example:443': port } });
    const client = clientOf({ proxy: `http://${proxy.address}`, timeout: 60 });
    const failed = failureOf(client.request(new URL('https://idp.example/'), GET));
    await eventually(() => reached > 0);
    await client.close();
    expect((await failed).message).toContain('the application is shutting down (UND_ERR_DESTROYED)');
    await eventually(async () => (await proxy.connections()) === 0);
  });

  it.each(['https', 'http'])('fails at once when it is closed, and afterwards: %s', async (scheme) => {
    let asked = 0;
    const tls = scheme === 'https' ? { cert: server.certPem, key: server.keyPem } : undefined;
    const { url } = await serve(() => asked++, tls);
    const hosts = { 'idp.example:443': Number(url.port), 'idp.example:80': Number(url.port) };
    const proxy = await startProxy({ hosts });
    const client = clientOf({ proxy: `http://${proxy.address}`, secureSocket: secureSocket(), allowHttp: true, timeout: 60 });
    const failures = [failureOf(client.request(new URL(`${scheme}://idp.example/`), GET))];
    await eventually(() => asked > 0);
    await client.close();
    failures.push(failureOf(client.request(new URL(`${scheme}://idp.example/`), GET)));
    for (const { message } of await Promise.all(failures))
      expect(message).toContain('the application is shutting down (UND_ERR_DESTROYED)');
  });

  it('leaves no connection to an https: proxy that does not answer the TLS handshake', async () => {
    let closed = 0;
    const port = await serveRaw((socket) => socket.on('close', () => closed++).resume());
    const client = clientOf({ proxy: `https://127.0.0.1:${port}`, timeout: 1 });
    await failureOf(client.request(new URL('https://idp.example/'), GET));
    // undici looks at its clock about once a second, and would wait for 10 s.
    await eventually(() => closed === 1, 6);
  });

  it('asks in the absolute form for http: URLs that are allowed', async () => {
    const { url } = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const proxy = await startProxy({ hosts: { 'idp.example:80': Number(url.port) }, authorization: 'Basic dTpw' });
    const client = clientOf({ proxy: `http://u:p@${proxy.address}`, allowHttp: true });
    const answer = JSON.parse((await client.request(new URL('http://idp.example/keys?a=1'), GET)).body.toString());
    expect(proxy.asked).toEqual(['GET http://idp.example/keys?a=1']);
    expect(answer).toMatchObject({ host: 'idp.example' });
    expect(answer).not.toHaveProperty('proxy-authorization');
  });

  it('follows redirects within the origin, and to no other', async () => {
    const locations: Record<string, string> = { '/a': '/b', '/b': '/c', '/d': 'https://elsewhere.example/' };
    const { url } = await serve(
      ({ url: path = '' }, response) => {
        const location = locations[path];
        if (location === undefined) response.end('here');
        else response.writeHead(302, { location }).end();
      },
      { cert: server.certPem, key: server.keyPem },
    );
    const proxy = await startProxy({ hosts: { 'idp.example:443': Number(url.port) } });
    const client = clientOf({ proxy: `http://${proxy.address}`, secureSocket: secureSocket() });
    expect((await client.request(new URL('https://idp.example/a'), GET)).body.toString()).toBe('here');
    expect((await failureOf(client.request(new URL('https://idp.example/d'), GET))).message).toContain('to another origin');
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT idp.example:443']));
  });

  it('does not send http: requests that are for this machine to a proxy on another one', async () => {
    const { url } = await serve((_request, response) => response.end('here'));
    expect((await clientOf({ proxy: 'http://proxy.invalid:3128' }).request(url, POST)).body.toString()).toBe('here');
  });

  it('verifies the certificate of an https: proxy against the CAs of the system', async () => {
    const proxy = await startProxy({ hosts: {}, tls: { cert: server.certPem, key: server.keyPem } });
    const client = clientOf({ proxy: `https://user:${SECRET}@${proxy.address}`, secureSocket: { cert: ca.certPem, disable: false } });
    expect((await failureOf(client.request(new URL('https://idp.example/'), GET))).message).toContain('not trusted');
    expect(proxy.seen()).toBe('');
  });

  describe('of the environment', () => {
    const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
    const before = NAMES.map((name) => [name, process.env[name]] as const);
    let here: Server;
    beforeEach(() => {
      for (const name of NAMES) delete process.env[name];
      here = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1');
    });
    afterEach(() => {
      for (const name of NAMES) delete process.env[name];
      Object.assign(process.env, Object.fromEntries(before.filter(([, value]) => value !== undefined)));
      here.close();
    });

    it('is used where the config says so, and nowhere else', async () => {
      const { url } = await serveTls();
      const proxy = await startProxy({ hosts: { 'idp.example:443': Number(url.port), [`localhost:${url.port}`]: Number(url.port) } });
      process.env.HTTPS_PROXY = proxy.address;
      process.env.NO_PROXY = 'internal.example,127.0.0.1';
      const asked = async (target: string, config: object) => {
        const count = proxy.asked.length;
        await clientOf({ secureSocket: secureSocket(), ...config }).request(new URL(target), GET);
        return proxy.asked.length - count;
      };
      expect(await asked('https://idp.example/', { proxy: 'environment' })).toBe(1);
      expect(await asked(`https://localhost:${url.port}/`, { proxy: 'environment' })).toBe(1);
      expect(await asked(`https://127.0.0.1:${url.port}/`, { proxy: 'environment' })).toBe(0);
      expect(await asked(`https://localhost:${url.port}/`, {})).toBe(0);
      expect(await asked(`https://localhost:${url.port}/`, { proxy: false })).toBe(0);
      const { port } = here.address() as AddressInfo;
      expect(await asked(`http://127.0.0.1:${port}/`, { proxy: 'environment' })).toBe(0);
    });
  });
});
