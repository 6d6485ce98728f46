import type { RequestListener } from 'node:http';
import { jest } from '@jest/globals';
import type { Authenticator } from 'nest-service-auth';
import { createTestCa, type TestCa } from '../../../support/certificates.js';
import { eventually } from '../../../support/eventually.js';
import { startServer, type TestServer } from '../../../support/https-server.js';
import { createKey, goodClaims, mint, type SigningKey } from '../../../support/tokens.js';
import { outcomeOf, prepare, TestHost } from './setup.js';

let ca: TestCa;
let server: TestServer;
let key: SigningKey;
let answer: RequestListener;
const opened: Authenticator[] = [];

const json: RequestListener = (_, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key.jwk] }));
};

async function open(jwksConfig: object = {}, host = new TestHost()): Promise<Authenticator> {
  const url = new URL('/oauth2/jwks', server.url).href;
  const clientConfig = { secureSocket: { cert: ca.certPem }, timeout: 1 };
  const authenticator = await prepare({ signatureConfig: { jwksConfig: { url, clientConfig, ...jwksConfig } } }, host);
  opened.push(authenticator);
  return authenticator;
}

beforeAll(async () => {
  ca = await createTestCa();
  key = createKey('RS256');
  const { certPem, keyPem } = await ca.issue({ cn: 'localhost' });
  server = await startServer((request, response) => answer(request, response), { cert: certPem, key: keyPem });
});
beforeEach(() => {
  answer = json;
});
afterEach(async () => {
  for (const authenticator of opened.splice(0)) await authenticator.close?.();
});
afterAll(() => server.close());

describe('a key set over HTTPS', () => {
  it('verifies tokens, asked for once as a JWK set over a verified connection', async () => {
    const accepted: unknown[] = [];
    answer = (request, response) => {
      accepted.push(request.headers.accept);
      json(request, response);
    };
    const authenticator = await open();
    const outcomes = await Promise.all([1, 2, 3].map(async (jti) => outcomeOf(authenticator, await mint(key, goodClaims({ jti })))));
    expect(outcomes).toEqual(['accepted', 'accepted', 'accepted']);
    expect(accepted).toEqual(['application/jwk-set+json, application/json']);
  });

  it('is no longer waited for when the application ends', async () => {
    let state = '';
    answer = (_, response) => {
      state = 'asked';
      response.on('close', () => {
        state = 'ended';
      });
    };
    const authenticator = await open({ clientConfig: { secureSocket: { cert: ca.certPem }, timeout: 3600 } });
    await eventually(() => state === 'asked');
    await authenticator.close?.();
    await eventually(() => state === 'ended');
  });

  it('is there before the application is, with preload', async () => {
    const authenticator = await open({ preload: true });
    const verdict = authenticator.authenticate({ headers: { authorization: `Bearer ${await mint(key)}` }, rawHeaders: [] });
    expect(verdict).not.toBeInstanceOf(Promise);
    expect(verdict).toMatchObject({ outcome: 'accepted' });
  });

  it('is unavailable where the server is not trusted, and says why in the log only', async () => {
    const host = new TestHost();
    const authenticator = await open({ clientConfig: {} }, host);
    await expect(outcomeOf(authenticator, await mint(key))).rejects.toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE' });
    expect(host.lines.join()).toContain('comes from a CA that is not trusted');
  });

  it('is followed to another path of the same origin', async () => {
    answer = (request, response) => {
      if (request.url === '/keys') json(request, response);
      else response.writeHead(302, { location: '/keys' }).end();
    };
    expect(await outcomeOf(await open(), await mint(key))).toBe('accepted');
  });

  it.each<[string, RequestListener]>([
    ['redirects to another origin', (_, response) => response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end()],
    ['redirects for ever', (_, response) => response.writeHead(302, { location: '/oauth2/jwks' }).end()],
    ['answers 500, with keys', (_, response) => response.writeHead(500).end(JSON.stringify({ keys: [key.jwk] }))],
    ['answers 203, with keys', (_, response) => response.writeHead(203).end(JSON.stringify({ keys: [key.jwk] }))],
    ['answers 204', (_, response) => response.writeHead(204).end()],
    ['answers with HTML', (_, response) => response.end('<html>')],
    ['answers with JSON that is no key set', (_, response) => response.end('{"kys":[]}')],
    ['answers with a list', (_, response) => response.end('[]')],
    ['answers with keys that are no list', (_, response) => response.end('{"keys":{}}')],
    ['answers with null', (_, response) => response.end('null')],
    ['answers without end', (_, response) => response.end(`{"keys":[],"x":"${'x'.repeat(600_000)}"}`)],
    ['closes the connection', (request) => request.socket.destroy()],
    ['never answers', () => {}],
  ])('is unavailable where the endpoint %s, and never worse', async (_, listener) => {
    answer = listener;
    const host = new TestHost();
    const authenticator = await open({}, host);
    await expect(outcomeOf(authenticator, await mint(key))).rejects.toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE' });
    expect(host.lines).toHaveLength(1);
    expect(host.lines[0]).toMatch(/^sts \(jwtValidatorConfig\): signatureConfig\.jwksConfig: The key set cannot be fetched: .*https:/);
  });

  it('comes back by itself when the endpoint does', async () => {
    answer = (_, response) => response.writeHead(503).end();
    const authenticator = await open();
    const token = await mint(key);
    await expect(outcomeOf(authenticator, token)).rejects.toMatchObject({ retryAfter: 1 });
    answer = json;
    let outcome = 'unavailable';
    while (outcome === 'unavailable') {
      await new Promise((resolve) => setTimeout(resolve, 100));
      outcome = await outcomeOf(authenticator, token).catch(() => 'unavailable');
    }
    expect(outcome).toBe('accepted');
  });

  it('stops the boot with preload where it is empty', async () => {
    answer = (_, response) => response.end('{"keys":[]}');
    await expect(open({ preload: true })).rejects.toThrow(
      /jwksConfig\.url: cannot be fetched: the answer has no key that can verify tokens/,
    );
  });

  it.each([{ cacheConfig: { defaultMaxAge: -1 } }, {}])('is fresh for ten minutes, and not for ever, with %j', async (config) => {
    let requests = 0;
    answer = (request, response) => {
      requests++;
      json(request, response);
    };
    const authenticator = await open({ preload: true, ...config });
    const token = await mint(key, goodClaims({ exp: 9e9 }));
    const start = Date.now();
    const dateNow = jest.spyOn(Date, 'now');
    dateNow.mockReturnValue(start + 599_000);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    expect(requests).toBe(1);
    dateNow.mockReturnValue(start + 601_000);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    dateNow.mockRestore();
    while (requests < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});
