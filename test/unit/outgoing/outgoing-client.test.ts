import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { createOutgoingClient, type OutgoingRequest } from '../../../lib/outgoing/outgoing-client.js';
import { eventually } from '../../support/eventually.js';
import { startServer } from '../../support/https-server.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { failureOf, workshop } from './setup.js';

const GET: OutgoingRequest = { method: 'GET' };

describe('an outgoing client', () => {
  const { clientOf, serve, serveRaw, close } = workshop();
  afterEach(close);

  describe('asks', () => {
    it('with the headers and the body it is given, and answers with status, headers and body', async () => {
      const { url } = await serve((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += chunk));
        request.on('end', () =>
          response.writeHead(418, { 'X-Answer': 'yes' }).end(JSON.stringify({ ...request.headers, method: request.method, body })),
        );
      });
      const client = clientOf({ customHeaders: { 'X-Tenant': 'a', 'Content-Type': 'text/plain' } });
      const answer = await client.request(new URL('/path?x=1', url), { method: 'POST', headers: { 'content-type': 'a/b' }, body: 'hello' });
      expect(answer.status).toBe(418);
      expect(answer.headers['x-answer']).toBe('yes');
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        method: 'POST',
        body: 'hello',
        'x-tenant': 'a',
        'content-type': 'a/b',
        'accept-encoding': 'gzip, deflate, br',
        'user-agent': expect.stringMatching(/^nest-service-auth\/\d/),
      });
    });

    it('for no packed answer where it asks for a part of it', async () => {
      const { url } = await serve(({ headers }, response) => response.end(headers['accept-encoding']));
      expect((await clientOf().request(url, { method: 'GET', headers: { range: 'bytes=0-9' } })).body.toString()).toBe('identity');
    });

    it('and waits for the final answer after interim ones', async () => {
      const { url } = await serve((_request, response) => {
        response.writeProcessing();
        response.writeEarlyHints({ link: '</x>; rel=preload', 'content-encoding': 'zstd' });
        response.writeHead(404).end('final');
      });
      const { status, body } = await clientOf().request(url, GET);
      expect([status, body.toString()]).toEqual([404, 'final']);
    });

    it('with header fields from files', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'outgoing-'));
      writeFileSync(join(folder, 'token'), 'token-1');
      const { url } = await serve(({ headers }, response) => response.end(headers.authorization));
      const client = clientOf({ customHeaders: { Authorization: { file: join(folder, 'token'), prefix: 'Bearer ' } } });
      expect((await client.request(url, GET)).body.toString()).toBe('Bearer token-1');
      rmSync(folder, { recursive: true });
    });

    it('and tells the log what is wrong with such a file', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'outgoing-'));
      const file = join(folder, 'token');
      writeFileSync(file, 'token-1');
      const { url } = await serve(({ headers }, response) => response.end(headers.authorization));
      const client = clientOf({ customHeaders: { Authorization: { file } } });
      rmSync(folder, { recursive: true });
      const logger = new RecordingLogger();
      Logger.overrideLogger(logger);
      try {
        expect((await client.request(url, GET)).body.toString()).toBe('token-1');
      } finally {
        Logger.overrideLogger(false);
      }
      expect(logger.lines).toEqual([expect.stringMatching(/^customHeaders\.Authorization: .*there is no such file/)]);
    });

    it('over connections that it keeps', async () => {
      const server = await serve((_request, response) => response.end('x'));
      const client = clientOf();
      for (let index = 0; index < 10; index++) await client.request(server.url, GET);
      expect(server.connections()).toBeLessThanOrEqual(2);
    });
  });

  describe('gives up', () => {
    it('when no server listens', async () => {
      const server = await startServer(() => {});
      await server.close();
      const error = await failureOf(clientOf().request(new URL('/keys?token=secret', server.url), GET));
      expect(error.message).toMatch(
        /^GET http:\/\/localhost:\d+\/keys: the connection was refused: no server listens on that port \(ECONNREFUSED\)$/,
      );
      expect(error.cause).toEqual(new Error(error.message));
    });

    it('when the answer does not begin in time', async () => {
      const { url } = await serve(() => {});
      const error = await failureOf(clientOf({ timeout: 0.1 }).request(url, GET));
      expect(error.message).toContain('no whole answer within 0.1 s');
    });

    it('when the answer drips on for ever', async () => {
      let timer: NodeJS.Timeout | undefined;
      const { url } = await serve((_request, response) => {
        timer = setInterval(() => response.write('x'), 5);
      });
      const error = await failureOf(clientOf({ timeout: 0.2 }).request(url, GET));
      clearInterval(timer);
      expect(error.message).toContain('no whole answer within 0.2 s');
    });

    it('when the TLS handshake is not answered', async () => {
      const port = await serveRaw(() => {});
      const error = await failureOf(clientOf({ timeout: 0.1 }).request(new URL(`https://localhost:${port}/`), GET));
      expect(error.message).toContain('GET https://localhost');
    });

    it.each([
      ['a longer body than allowed', { 'content-length': '100' }],
      ['a longer body than allowed, of unknown length', {}],
    ])('on %s', async (_name, headers) => {
      const { url } = await serve((_request, response) => response.writeHead(200, headers).end('x'.repeat(100)));
      const error = await failureOf(clientOf().request(url, { method: 'GET', maxBytes: 99 }));
      expect(error.message).toContain('more than 99 bytes');
      expect(error.cause).toBeUndefined();
      expect((await clientOf().request(url, { method: 'GET', maxBytes: 100 })).body).toHaveLength(100);
    });

    it('when the connection ends in the middle of the answer', async () => {
      const { url } = await serve((_request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('secret', () => response.destroy());
      });
      const error = await failureOf(clientOf().request(url, GET));
      expect(error.message).toContain('closed before the answer was complete');
    });

    it('when the answer is not HTTP, and does not repeat it', async () => {
      const port = await serveRaw((socket) => socket.end('secret nonsense\r\n\r\n'));
      const error = await failureOf(clientOf().request(new URL(`http://localhost:${port}/`), GET));
      expect(error.message).toContain('not HTTP/1.1');
      expect(`${error.stack} ${JSON.stringify(error.cause)} ${(error.cause as Error).stack}`).not.toContain('secret');
    });

    it('when it is closed, before the answer and before the request', async () => {
      let isAsked = false;
      const { url } = await serve(() => {
        isAsked = true;
      });
      const client = createOutgoingClient();
      const failures = [failureOf(client.request(url, GET))];
      await eventually(() => isAsked);
      await client.close();
      failures.push(failureOf(client.request(url, GET)));
      for (const { message } of await Promise.all(failures))
        expect(message).toContain('the application is shutting down (UND_ERR_DESTROYED)');
    });
  });

  describe('when it is redirected', () => {
    const redirecting = (target: (path: string) => string | undefined, status = 302) =>
      serve((request, response) => {
        const location = target(request.url ?? '');
        if (location === undefined) response.end(`at ${request.url}`);
        else response.writeHead(status, { location }).end();
      });

    it('follows within the same origin', async () => {
      const { url } = await redirecting((path) => (path === '/a' ? 'b?x=1' : undefined));
      expect((await clientOf().request(new URL('/a', url), GET)).body.toString()).toBe('at /b?x=1');
    });

    it('follows three times and no more', async () => {
      const { url } = await redirecting((path) => (path === '/0' ? undefined : `/${Number(path.slice(1)) - 1}`));
      expect((await clientOf().request(new URL('/3', url), GET)).body.toString()).toBe('at /0');
      expect((await failureOf(clientOf().request(new URL('/4', url), GET))).message).toContain('more than 3 times');
    });

    const redirectingWith = (body: string) =>
      serve((request, response) => {
        if (request.url === '/a') response.writeHead(302, { location: '/b' }).write(body);
        else response.end(`at ${request.url}`);
      });

    it('follows without reading a long body of the redirect to its end', async () => {
      const { url } = await redirectingWith('x'.repeat(1e6));
      expect((await clientOf().request(new URL('/a', url), GET)).body.toString()).toBe('at /b');
    });

    it('gives up when the body of the redirect does not end', async () => {
      const { url } = await redirectingWith('x');
      const error = await failureOf(clientOf({ timeout: 0.2 }).request(new URL('/a', url), GET));
      expect(error.message).toContain('no whole answer within 0.2 s');
    });

    it('gives up where the redirect leads nowhere', async () => {
      const { url } = await serve((_request, response) => response.writeHead(302).end());
      const { message } = await failureOf(clientOf().request(new URL('/a?secret', url), GET));
      expect(message).toMatch(/^GET http:\/\/localhost:\d+\/a: was redirected \(302\) without a location$/);
    });

    it('does not go to another origin', async () => {
      let asked = 0;
      const elsewhere = await serve((_request, response) => {
        asked++;
        response.end();
      });
      const { url } = await redirecting(() => elsewhere.url.href);
      expect((await failureOf(clientOf().request(url, GET))).message).toContain('another origin');
      expect(asked).toBe(0);
    });

    it.each([302, 303, 307, 308])('does not follow a POST (%d)', async (status) => {
      const { url } = await redirecting((path) => (path === '/a' ? '/b' : undefined), status);
      expect((await failureOf(clientOf().request(new URL('/a', url), { method: 'POST', body: 'x' }))).message).toContain(
        'the request does not follow redirects',
      );
    });
  });
});
