import { decodeJwt } from 'jose';
import { asksForNonce } from '../../../lib/client/dpop-key.js';
import { type FakeService, json, workshop } from './setup.js';

const GRANT = { tokenUrl: 'https://sts.example/token', clientId: 'gateway', clientSecret: 'hunter2' };
const ASKS = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'first' };

describe('an answer asks for a nonce', () => {
  it.each([
    ['DPoP error="use_dpop_nonce"', true],
    ['dpop ERROR=use_dpop_nonce', true],
    ['DPoP realm="api", error = "use_dpop_nonce"', true],
    ['Bearer realm="api",\tDPoP algs="ES256", error="use_dpop_nonce", error_description="new one"', true],
    ['DPoP error="invalid_token"', false],
    ['DPoP error="use_dpop_nonce_not"', false],
    ['DPoP no_error="use_dpop_nonce"', false],
    ['Bearer error="use_dpop_nonce"', false],
    ['NotDPoP error="use_dpop_nonce"', false],
  ])('with %s: %s', (challenge, expected) => {
    const headers = new Headers({ 'www-authenticate': challenge });
    expect(asksForNonce({ status: 401, headers })).toBe(expected);
    expect(asksForNonce({ status: 403, headers })).toBe(false);
  });

  it('with no challenge at all: false', () => {
    expect(asksForNonce({ status: 401, headers: new Headers() })).toBe(false);
  });
});

describe('a client that is asked for a nonce', () => {
  let work: ReturnType<typeof workshop>;
  let service: FakeService;
  beforeEach(async () => {
    work = workshop();
    service = await work.serve();
  });
  afterEach(() => work.close());

  const calling = (dpop: boolean) => {
    work.endpoint.answer = () => json({ access_token: `token-${++work.endpoint.given}`, token_type: dpop ? 'DPoP' : 'Bearer' });
    return work.client({ baseUrl: service.origin, auth: { oauth2ClientCredentialsGrantConfig: { ...GRANT, dpop } } });
  };
  const asking = (headers: Record<string, string>) => {
    service.answer = (_request, response) => (service.received.length === 1 ? response.writeHead(401, headers) : response).end();
  };
  const proofs = () => service.received.map(({ headers }) => decodeJwt(String(headers.dpop)));

  it('repeats a HEAD as well, whose answer has no body', async () => {
    asking(ASKS);
    expect((await (await calling(true)).fetch('/', { method: 'HEAD' })).status).toBe(200);
    expect(proofs().map(({ nonce }) => nonce)).toEqual([undefined, 'first']);
  });

  it('keeps the nonce where an answer has an empty one, and writes the time in seconds', async () => {
    const client = await calling(true);
    asking(ASKS);
    await client.fetch('/');
    service.answer = (_request, response) => response.writeHead(200, { 'dpop-nonce': '' }).end();
    for (const _ of [1, 2]) await client.fetch('/');
    expect(proofs().map(({ nonce }) => nonce)).toEqual([undefined, 'first', 'first', 'first']);
    for (const { iat } of proofs()) expect(iat).toBe(Math.floor(work.clock.wall() / 1000));
  });

  it('obtains another token where it is the token that is refused, and sends the request once with it', async () => {
    asking({ 'www-authenticate': 'DPoP error="invalid_token"', 'dpop-nonce': 'first' });
    expect((await (await calling(true)).fetch('/')).status).toBe(200);
    expect(service.authorizations).toEqual(['DPoP token-1', 'DPoP token-2']);
  });

  it('obtains another token where its tokens are bound to no key: it has no proof for the nonce', async () => {
    asking(ASKS);
    const client = await calling(false);
    expect((await client.fetch('/', { method: 'POST', body: new Blob(['x']).stream() })).status).toBe(401);
    expect((await client.fetch('/')).status).toBe(200);
    expect(service.authorizations).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('sends a request with a fixed token once', async () => {
    service.answer = (_request, response) => response.writeHead(401, ASKS).end();
    const client = await work.client({ baseUrl: service.origin, auth: { bearerTokenConfig: { token: 'a' } } });
    expect((await client.fetch('/')).status).toBe(401);
    expect(service.received).toHaveLength(1);
  });
});
