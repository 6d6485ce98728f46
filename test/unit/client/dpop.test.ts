import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, EmbeddedJWK, type JWK, jwtVerify } from 'jose';
import { type Asked, type FakeService, failureOf, json, workshop } from './setup.js';

const GRANT = { tokenUrl: 'https://sts.example/token', clientId: 'gateway', clientSecret: 'hunter2' };
const ASKS = { 'www-authenticate': 'Bearer realm="api", DPoP algs="ES256", error="use_dpop_nonce"', 'dpop-nonce': 'of-service' };

describe('a client whose tokens are bound to a key', () => {
  let work: ReturnType<typeof workshop>;
  let service: FakeService;
  beforeEach(async () => {
    work = workshop();
    service = await work.serve();
    work.endpoint.answer = () => json({ access_token: `token-${++work.endpoint.given}`, token_type: 'DPoP', expires_in: 600 });
  });
  afterEach(() => work.close());

  const bound = (more: object = {}) =>
    work.client({ baseUrl: service.origin, auth: { oauth2ClientCredentialsGrantConfig: { ...GRANT, dpop: true, ...more } } });
  const proofs = () => service.received.map(({ headers }) => decodeJwt(String(headers.dpop)));
  const proofTo = (asked: Asked | undefined) => new Headers(asked?.headers).get('dpop') ?? '';

  it('sends its token under DPoP, with a new proof for each request', async () => {
    const client = await bound();
    for (let round = 0; round < 2; round++) await client.fetch('/stock?left=3', { method: 'POST', body: '{}' });
    expect(service.authorizations).toEqual(['DPoP token-1', 'DPoP token-1']);
    const ath = createHash('sha256').update('token-1').digest('base64url');
    for (const proof of proofs()) expect(proof).toMatchObject({ htm: 'POST', htu: `${service.origin}/stock`, ath });
    expect(new Set(proofs().map(({ jti }) => jti)).size).toBe(2);
    await jwtVerify(String(service.received[0]?.headers.dpop), EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
  });

  it('proves the same key to the token endpoint, and never sends its private part', async () => {
    await (await bound()).fetch('/');
    const keys = [proofTo(work.endpoint.asked[0]), String(service.received[0]?.headers.dpop)].map(
      (proof) => decodeProtectedHeader(proof).jwk as JWK,
    );
    const [first, second] = await Promise.all(keys.map((key) => calculateJwkThumbprint(key)));
    expect(first).toBe(second);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  });

  it('repeats a request for a token with the nonce that the endpoint asks for, once', async () => {
    const { answer } = work.endpoint;
    const refuse = () => json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'of-sts' });
    work.endpoint.answer = (asked) => (work.endpoint.asked.length === 1 ? refuse() : answer(asked));
    await (await bound()).fetch('/');
    expect(work.endpoint.asked.map((asked) => decodeJwt(proofTo(asked)).nonce)).toEqual([undefined, 'of-sts']);
    work.endpoint.answer = refuse;
    const failure = await failureOf((await bound()).fetch('/'));
    expect(failure).toMatchObject({ code: 'ERR_AUTH_TOKEN_REFUSED', reason: 'use_dpop_nonce' });
    expect(work.endpoint.asked).toHaveLength(4);
  });

  it('refuses a bearer token in its place: nothing is sent to the service', async () => {
    work.endpoint.answer = () => json({ access_token: 'unbound', token_type: 'Bearer', expires_in: 600 });
    const failure = await failureOf((await bound()).fetch('/'));
    expect(failure.code).toBe('ERR_AUTH_UNAVAILABLE');
    expect(service.received).toEqual([]);
  });

  it('refuses a bound token where it asked for a bearer token', async () => {
    const failure = await failureOf((await bound({ dpop: false })).fetch('/'));
    expect(failure.code).toBe('ERR_AUTH_UNAVAILABLE');
    expect(service.received).toEqual([]);
  });

  it('repeats a request with the nonce that the service asks for, with the same token', async () => {
    service.answer = (_request, response) =>
      service.received.length === 1 ? response.writeHead(401, ASKS).end() : response.writeHead(200).end();
    const client = await bound();
    const again = await client.fetch('/', { method: 'PUT', body: 'kept' });
    await client.fetch('/');
    expect(again.status).toBe(200);
    expect(proofs().map(({ nonce }) => nonce)).toEqual([undefined, 'of-service', 'of-service']);
    expect(service.received[1]?.body).toBe('kept');
    expect(work.endpoint.asked).toHaveLength(1);
  });

  it('does not repeat a request forever, nor one whose body is a stream', async () => {
    service.answer = (_request, response) => response.writeHead(401, ASKS).end();
    expect((await (await bound()).fetch('/')).status).toBe(401);
    // A nonce with the first token, and the same with the one that replaces it.
    expect(service.received).toHaveLength(4);
    const body = Readable.toWeb(Readable.from(['once'])) as ReadableStream;
    expect((await (await bound()).fetch('/', { method: 'POST', body })).status).toBe(401);
    expect(service.received).toHaveLength(5);
  });

  it('keeps its token where only the nonce was wrong, and the body is a stream that cannot be sent again', async () => {
    service.answer = (_request, response) =>
      service.received.length === 1 ? response.writeHead(401, ASKS).end() : response.writeHead(200).end();
    const client = await bound();
    const body = Readable.toWeb(Readable.from(['once'])) as ReadableStream;
    expect((await client.fetch('/', { method: 'POST', body })).status).toBe(401);
    expect((await client.fetch('/')).status).toBe(200);
    expect(service.authorizations).toEqual(['DPoP token-1', 'DPoP token-1']);
    expect(work.endpoint.asked).toHaveLength(1);
  });

  it('makes a proof for each redirect', async () => {
    service.answer = ({ url }, response) => (url === '/old' ? response.writeHead(307, { location: '/new' }) : response).end();
    await (await bound()).fetch('/old');
    expect(proofs().map(({ htu }) => htu)).toEqual([`${service.origin}/old`, `${service.origin}/new`]);
  });

  it('replaces a proof that the request has already', async () => {
    await (await bound()).fetch('/', { headers: { DPoP: 'of-another' } });
    expect(proofs()).toHaveLength(1);
  });

  it('has no credentials for messages, which carry no proofs', async () => {
    const client = await bound();
    expect((await failureOf(client.rpcHeaders())).message).toMatch(/dpop: true, .* messages cannot carry them/);
    expect(() => client.attach({ connect: async () => undefined })).toThrow(/messages cannot carry them/);
  });
});
