import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import type { Authenticator } from 'nest-service-auth';
import { eventually } from '../../../support/eventually.js';
import { bearer, createKey, goodClaims, mint, mintRaw, type SigningKey } from '../../../support/tokens.js';
import { outcomeOf, prepare, prepareAsItIs, TestHost } from './setup.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (body: unknown, status = 200): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const [one, two] = [createKey('ES256', { kid: 'same' }), createKey('ES256', { kid: 'same' })];
const OIDC = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';
const UNAVAILABLE = { code: 'ERR_AUTH_UNAVAILABLE' };
const settled = () => new Promise((resolve) => setTimeout(resolve, 60));

/** An authorization server that answers what a test says, at each path. */
let server: Server;
let base: string;
let answers: Map<string, Answer>;
let asked: string[];
let authenticators: Authenticator[];

beforeEach(async () => {
  [answers, asked, authenticators] = [new Map(), [], []];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers.get(request.url ?? '') ?? json({ error: 'not found' }, 404);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://localhost:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const authenticator of authenticators) await authenticator.close?.();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function open(config: object, host = new TestHost()): Promise<Authenticator> {
  const authenticator = await prepare({ audience: 'orders', ...config }, host);
  authenticators.push(authenticator);
  return authenticator;
}

/** Serves an issuer below a path, with a document at its OpenID Connect place. */
function serve(path: string, key: SigningKey, more: object = {}): string {
  const issuer = `${base}${path}`;
  answers.set(`${path.replace(/\/$/, '')}${OIDC}`, json({ issuer, jwks_uri: `${base}/keys${path}`, ...more }));
  answers.set(`/keys${path}`, json({ keys: [key.jwk] }));
  return issuer;
}
const tokenOf = (key: SigningKey, iss: string, more = {}) => mint(key, goodClaims({ iss, ...more }));

describe('the keys of an issuer', () => {
  it('are found with issuer and audience and nothing else, by one document and one key set', async () => {
    const issuer = serve('/realms/acme', one);
    const authenticator = await open({ issuer });
    const outcomes = [1, 2, 3].map(async (jti) => outcomeOf(authenticator, await tokenOf(one, issuer, { jti })));
    expect(await Promise.all(outcomes)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await outcomeOf(authenticator, await tokenOf(two, issuer))).toBe('bad_signature');
    expect(await outcomeOf(authenticator, await tokenOf(one, `${issuer}/`))).toBe('wrong_issuer');
    expect(await outcomeOf(authenticator, await tokenOf(one, issuer, { aud: 'stock' }))).toBe('wrong_audience');
    expect(asked.slice(0, 2)).toEqual([`/realms/acme${OIDC}`, '/keys/realms/acme']);
  });

  it('are found for an issuer with a slash at its end, whose document is at the same place', async () => {
    const issuer = serve('/', one);
    expect(issuer.endsWith('/')).toBe(true);
    expect(await outcomeOf(await open({ issuer }), await tokenOf(one, issuer))).toBe('accepted');
    const without = await open({ issuer: issuer.slice(0, -1) });
    await expect(outcomeOf(without, await tokenOf(one, issuer.slice(0, -1)))).rejects.toMatchObject(UNAVAILABLE);
  });

  it.each([400, 401, 403, 404, 410])(
    'are found by RFC 8414 after the answer %i, with the path behind the well-known part',
    async (status) => {
      const issuer = serve('/tenant', one);
      answers.set(`/tenant${OIDC}`, json({}, status));
      answers.set(`${OAUTH}/tenant`, json({ issuer, jwks_uri: `${base}/keys/tenant` }));
      expect(await outcomeOf(await open({ issuer }), await tokenOf(one, issuer))).toBe('accepted');
      expect(asked).toEqual([`/tenant${OIDC}`, `${OAUTH}/tenant`, '/keys/tenant']);
    },
  );

  it.each([500, 502, 503, 204, 301])('are not looked for elsewhere after the answer %i: 503', async (status) => {
    const issuer = serve('/tenant', one);
    answers.set(`/tenant${OIDC}`, json({}, status));
    answers.set(`${OAUTH}/tenant`, json({ issuer, jwks_uri: `${base}/keys/tenant` }));
    await expect(outcomeOf(await open({ issuer }), await tokenOf(one, issuer))).rejects.toMatchObject(UNAVAILABLE);
    expect(new Set(asked)).toEqual(new Set([`/tenant${OIDC}`]));
  });

  const bad: readonly [string, (issuer: string) => Answer][] = [
    ['of another issuer', (issuer) => json({ issuer: `${issuer}/`, jwks_uri: `${base}/keys/tenant` })],
    [
      'of an issuer in another spelling',
      (issuer) => json({ issuer: issuer.replace('localhost', 'LOCALHOST'), jwks_uri: `${base}/keys/tenant` }),
    ],
    ['without an issuer', () => json({ jwks_uri: `${base}/keys/tenant` })],
    ['with a placeholder where no template is configured', () => json({ issuer: `${base}/{tenant}`, jwks_uri: `${base}/keys/tenant` })],
    ['without a jwks_uri', (issuer) => json({ issuer })],
    ['with keys on another machine by http:', (issuer) => json({ issuer, jwks_uri: 'http://keys.example/jwks' })],
    ['with keys in a file', (issuer) => json({ issuer, jwks_uri: 'file:///etc/passwd' })],
    ['with credentials in the URL', (issuer) => json({ issuer, jwks_uri: `http://user:secret@localhost:1/` })],
    ['that is a list', (issuer) => json([{ issuer, jwks_uri: `${base}/keys/tenant` }])],
    ['that is no JSON', () => (_request, response) => void response.writeHead(200).end('<html>')],
    ['without end', () => (_request, response) => void response.writeHead(200).end(`{"x":"${'x'.repeat(300_000)}"}`)],
    ['on another origin', () => (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end()],
  ];

  it.each(bad)('are not taken from a document %s: 503, one line, and no credential in it', async (_, answer) => {
    const issuer = serve('/tenant', one);
    answers.set(`/tenant${OIDC}`, answer(issuer));
    const host = new TestHost();
    const authenticator = await open({ issuer }, host);
    for (const jti of [1, 2])
      await expect(outcomeOf(authenticator, await tokenOf(one, issuer, { jti }))).rejects.toMatchObject(UNAVAILABLE);
    expect(asked).not.toContain('/keys/tenant');
    expect(host.lines).toEqual([expect.stringContaining(`issuer "${issuer}": The key set cannot be fetched: `)]);
    expect(host.lines.join()).not.toContain('secret');
    expect(await authenticator.health?.()).toMatchObject({ dependency: 'jwks', status: 'down' });
  });

  it('are found as soon as the issuer is there, without a restart', async () => {
    const issuer = `${base}/late`;
    const authenticator = await open({ issuer });
    await expect(outcomeOf(authenticator, await tokenOf(one, issuer))).rejects.toMatchObject(UNAVAILABLE);
    serve('/late', one);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await outcomeOf(authenticator, await tokenOf(one, issuer))).toBe('accepted');
    expect(authenticator.stats?.()?.dependency).toEqual({ name: 'jwks', succeeded: 1, failed: 1 });
  });

  it('are found where the document says that they moved, half a minute after the old place stopped answering', async () => {
    const issuer = serve('/moved', one);
    const authenticator = await open({ issuer });
    expect(await outcomeOf(authenticator, await tokenOf(one, issuer))).toBe('accepted');
    const next = createKey('ES256', { kid: 'next' });
    answers.delete('/keys/moved');
    answers.set(`/moved${OIDC}`, json({ issuer, jwks_uri: `${base}/new-keys` }));
    answers.set('/new-keys', json({ keys: [next.jwk] }));
    const token = await tokenOf(next, issuer, { exp: 9e9 });
    const start = Date.now();
    const dateNow = jest.spyOn(Date, 'now').mockReturnValue(start + 31_000);
    await expect(outcomeOf(authenticator, token)).rejects.toMatchObject(UNAVAILABLE);
    dateNow.mockReturnValue(start + 42_000);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    dateNow.mockRestore();
  });

  it('are no longer waited for when the application ends', async () => {
    const issuer = serve('/slow', one);
    const ended = new Promise((resolve) => answers.set(`/slow${OIDC}`, (_request, response) => void response.on('close', resolve)));
    const authenticator = await open({ issuer, discoveryConfig: { clientConfig: { timeout: 3600 } } });
    const outcome = outcomeOf(authenticator, await tokenOf(one, issuer)).catch((error: { code: string }) => error.code);
    await eventually(() => asked.length > 0);
    await authenticator.close?.();
    await ended;
    expect(await outcome).toBe(UNAVAILABLE.code);
  });

  it('stop the boot where they cannot be fetched and preload is true, naming issuer and reason', async () => {
    const preload = { preload: true };
    await expect(open({ issuer: `${base}/nobody`, discoveryConfig: preload })).rejects.toMatchObject({
      code: 'ERR_AUTH_CONFIGURATION',
      message: expect.stringMatching(
        /^discoveryConfig\.preload: the keys of "http:.*\/nobody" cannot be fetched: there is no metadata document: .*404.*404/,
      ),
    });
    await expect(open({ issuer: base, discoveryConfig: { ...preload, url: `${base}/nobody` } })).rejects.toThrow(
      'discoveryConfig.preload: the keys cannot be fetched: ',
    );
    const issuer = serve('/somebody', one);
    const authenticator = await open({ issuer, discoveryConfig: preload });
    expect(authenticator.authenticate(bearer(await tokenOf(one, issuer)))).toMatchObject({ outcome: 'accepted' });
  });

  it('are read from discoveryConfig.url, whose document names the issuer nevertheless', async () => {
    const issuer = 'https://idp.example.com/realms/acme';
    answers.set('/inside', json({ issuer, jwks_uri: `${base}/keys` }));
    answers.set('/keys', json({ keys: [one.jwk] }));
    answers.set('/foreign', json({ issuer: 'https://idp.example.com/realms/other', jwks_uri: `${base}/keys` }));
    const authenticator = await open({ issuer, discoveryConfig: { url: `${base}/inside` } });
    expect(await outcomeOf(authenticator, await tokenOf(one, issuer))).toBe('accepted');
    const foreign = await open({ issuer, discoveryConfig: { url: `${base}/foreign` } });
    await expect(outcomeOf(foreign, await tokenOf(one, issuer))).rejects.toMatchObject(UNAVAILABLE);
    const missing = await open({ issuer, discoveryConfig: { url: `${base}/missing` } });
    await expect(outcomeOf(missing, await tokenOf(one, issuer))).rejects.toMatchObject(UNAVAILABLE);
    expect(asked.filter((path) => path.includes('oauth-authorization-server'))).toEqual([]);
  });
});

describe('several issuers', () => {
  it('have keys of their own: the same kid in two of them never mixes', async () => {
    const issuer = [serve('/a', one), serve('/b', two)];
    const [a, b] = issuer as [string, string];
    const authenticator = await open({ issuer });
    expect(await outcomeOf(authenticator, await tokenOf(one, a))).toBe('accepted');
    expect(await outcomeOf(authenticator, await tokenOf(two, b))).toBe('accepted');
    expect(await outcomeOf(authenticator, await tokenOf(one, b))).toBe('bad_signature');
    expect(await outcomeOf(authenticator, await tokenOf(two, a))).toBe('bad_signature');
  });

  it('cost nothing for a thousand invented ones: no call, no memory, and no other answer', async () => {
    const a = serve('/a', one);
    const authenticator = await open({ issuer: [a, serve('/b', two)] });
    expect(await outcomeOf(authenticator, await tokenOf(one, a))).toBe('accepted');
    await settled();
    const before = asked.length;
    const lookups = authenticator.stats?.()?.cache;
    for (let index = 0; index < 1000; index++) {
      const token = mintRaw(one, { alg: 'ES256', kid: 'same' }, { iss: `https://evil-${index}.example` });
      expect(authenticator.authenticate(bearer(token))).toMatchObject({ outcome: 'rejected', reason: 'wrong_issuer' });
    }
    expect(asked.length).toBe(before);
    expect(authenticator.stats?.()?.cache).toEqual(lookups);
  }, 60_000);

  it('do not keep each other waiting: one that is down costs its own callers 503, and the health is degraded', async () => {
    const a = serve('/a', one);
    const b = `${base}/down`;
    const host = new TestHost();
    const authenticator = await open({ issuer: [a, b] }, host);
    await expect(outcomeOf(authenticator, await tokenOf(two, b))).rejects.toMatchObject(UNAVAILABLE);
    expect(await outcomeOf(authenticator, await tokenOf(one, a))).toBe('accepted');
    expect(await authenticator.health?.()).toEqual({
      dependency: 'jwks',
      status: 'degraded',
      details: { issuers: 2, 'issuer[1]': 'down' },
    });
    expect(host.lines).toEqual([expect.stringContaining(`issuer "${b}": `)]);
    expect(authenticator.stats?.()?.dependency).toMatchObject({ name: 'jwks', succeeded: 1, failed: 1 });
  });

  it('lose a key at the next fetch, and with it the remembered tokens of that issuer alone', async () => {
    const [a, b] = [serve('/a', one), serve('/b', two)];
    const authenticator = await open({ issuer: [a, b], discoveryConfig: { cacheConfig: { defaultMaxAge: 0.2 } } });
    const [ofA, ofB] = [await tokenOf(one, a), await tokenOf(two, b)];
    for (const token of [ofA, ofB, ofA, ofB]) expect(await outcomeOf(authenticator, token)).toBe('accepted');
    answers.set('/keys/a', json({ keys: [createKey('ES256', { kid: 'next' }).jwk] }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await outcomeOf(authenticator, ofA);
    await eventually(async () => (await outcomeOf(authenticator, ofA)) === 'unknown_key');
    expect(await outcomeOf(authenticator, ofA)).toBe('unknown_key');
    const remembered = authenticator.authenticate(bearer(ofB));
    expect(remembered).toMatchObject({ outcome: 'accepted' });
    expect(authenticator.authenticate(bearer(ofB))).toBe(remembered);
  });

  it('of a template have a document each where they are listed', async () => {
    const [a, b] = [serve('/a/v2', one), serve('/b/v2', two)];
    const authenticator = await open({ issuer: { template: `${base}/{tid}/v2`, allowed: ['a', 'b'] } });
    expect(await outcomeOf(authenticator, await tokenOf(one, a, { tid: 'a' }))).toBe('accepted');
    expect(await outcomeOf(authenticator, await tokenOf(two, b, { tid: 'b' }))).toBe('accepted');
    expect(await outcomeOf(authenticator, await tokenOf(one, b, { tid: 'b' }))).toBe('bad_signature');
    expect(await outcomeOf(authenticator, await tokenOf(one, a, { tid: 'b' }))).toBe('wrong_issuer');
    await settled();
    const before = asked.length;
    expect(await outcomeOf(authenticator, await tokenOf(one, `${base}/c/v2`, { tid: 'c' }))).toBe('wrong_issuer');
    expect(asked.length).toBe(before);
  });

  it('of a template share the keys of one document, which may write a placeholder of another name', async () => {
    answers.set('/common', json({ issuer: 'https://login.example/{tenantid}/v2.0', jwks_uri: `${base}/keys` }));
    answers.set('/one-tenant', json({ issuer: 'https://login.example/a/v2.0', jwks_uri: `${base}/keys` }));
    answers.set('/keys', json({ keys: [one.jwk] }));
    const template = 'https://login.example/{tid}/v2.0';
    const token = (tid: string) => tokenOf(one, `https://login.example/${tid}/v2.0`, { tid });
    const any = await open({ issuer: { template, allowed: '*' }, discoveryConfig: { url: `${base}/common` } });
    for (const tid of ['a', 'b']) expect(await outcomeOf(any, await token(tid))).toBe('accepted');
    const listed = await open({ issuer: { template, allowed: ['a'] }, discoveryConfig: { url: `${base}/common` } });
    expect([await outcomeOf(listed, await token('a')), await outcomeOf(listed, await token('b'))]).toEqual(['accepted', 'wrong_issuer']);
    const foreign = await open({ issuer: { template, allowed: '*' }, discoveryConfig: { url: `${base}/one-tenant` } });
    await expect(outcomeOf(foreign, await token('b'))).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe('a discovered issuer', () => {
  it('is not checked for its audience where that is null', async () => {
    const issuer = serve('/a', one);
    const host = new TestHost();
    const authenticator = await prepareAsItIs({ issuer, audience: null }, host);
    authenticators.push(authenticator);
    expect(await outcomeOf(authenticator, await tokenOf(one, issuer, { aud: 'anything' }))).toBe('accepted');
    expect(host.lines).toEqual([]);
  });
});
