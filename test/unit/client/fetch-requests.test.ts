import { BEARER, type FakeService, failed, workshop } from './setup.js';

const GRANT = {
  oauth2ClientCredentialsGrantConfig: { tokenUrl: 'https://idp.example/token', clientId: 'orders', clientSecret: 'hunter2' },
};
const ISSUER = { jwtIssuerConfig: { signatureConfig: { config: 'hunter2'.repeat(9) } } };

describe('the fetch of a client (requests)', () => {
  const { client, serve, close } = workshop();
  let service: FakeService;
  beforeEach(async () => {
    service = await serve();
  });
  afterEach(close);

  const calling = (auth: object) => client({ baseUrl: service.origin, auth });

  it.each([
    ['a token of its own', GRANT],
    ['a token that it signs', ISSUER],
    ['a fixed token', BEARER],
    ['a password', { credentialsConfig: { username: 'a', password: 'hunter2' } }],
  ])('with %s lets no other code write the Authorization field', async (_what, auth) => {
    const inventory = await calling(auth);
    await failed(inventory.fetch('/', { headers: { authorization: 'Basic eA==' } }), 'invalid_request', 'which auth writes');
    expect(service.received).toEqual([]);
  });

  it.each([undefined, null])('streams the body of a Request, also where the body beside it is %s', async (body) => {
    const inventory = await calling(BEARER);
    const given = new Request(`${service.origin}/`, { method: 'POST', body: new Blob(['streamed']).stream(), duplex: 'half' });
    await inventory.fetch(given, body === undefined ? {} : { body });
    expect(service.received).toMatchObject([{ body: 'streamed', headers: { 'transfer-encoding': 'chunked' } }]);
  });

  it('renews the token of a HEAD, whose answer has no body', async () => {
    const inventory = await calling(GRANT);
    service.answer = ({ headers }, response) => response.writeHead(headers.authorization === 'Bearer token-1' ? 401 : 200).end();
    expect((await inventory.fetch('/', { method: 'HEAD' })).status).toBe(200);
  });

  it('gives the URL of the answer without its fragment', async () => {
    expect((await (await calling(BEARER)).fetch('/stock?a=1#top')).url).toBe(`${service.origin}/stock?a=1`);
  });
});
