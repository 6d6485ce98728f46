import { createPublicKey } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { createSelfSigned } from '../../support/certificates.js';
import { type FakeService, failureOf, json, workshop } from './setup.js';

const TOKEN_URL = 'https://idp.example/token';
const TOKENS = { tokenUrl: TOKEN_URL, clientId: 'orders', clientSecret: 'hunter2' };
type Work = ReturnType<typeof workshop>;

describe('the tokens of a client', () => {
  let work: Work;
  let service: FakeService;
  beforeEach(async () => {
    work = workshop();
    service = await work.serve();
  });
  afterEach(() => work.close());

  const calling = (auth: object) => work.client({ baseUrl: service.origin, auth });
  const credentials = (more: object = {}) => calling({ oauth2ClientCredentialsGrantConfig: { ...TOKENS, ...more } });
  const refuse = (...tokens: string[]) => {
    service.answer = ({ headers }, response) => {
      const refused = tokens.some((token) => headers.authorization === `Bearer ${token}`);
      response.writeHead(refused ? 401 : 200).end('{}');
    };
  };

  describe('by client credentials', () => {
    it('are asked for as the config says, once for all requests', async () => {
      const inventory = await credentials({
        scopes: ['read', 'write'],
        optionalParams: { audience: 'stock' },
        clientConfig: { timeout: 9 },
      });
      await Promise.all([1, 2, 3].map(() => inventory.fetch('/')));
      await inventory.fetch('/');
      expect(work.endpoint.clients).toEqual([{ timeout: 9 }]);
      expect(work.endpoint.asked).toMatchObject([
        {
          url: new URL(TOKEN_URL),
          form: { grant_type: 'client_credentials', scope: 'read write', audience: 'stock' },
          headers: { authorization: `Basic ${btoa('orders:hunter2')}` },
        },
      ]);
      expect(new Set(service.authorizations)).toEqual(new Set(['Bearer token-1']));
    });

    it('may be asked for with the secret in the body, or signed with a key', async () => {
      const { keyPem } = await createSelfSigned({ keyType: 'ec' });
      await (await credentials({ credentialBearer: 'POST_BODY_BEARER' })).fetch('/');
      expect(work.endpoint.asked[0]?.form).toMatchObject({ client_id: 'orders', client_secret: 'hunter2' });
      const auth = { method: 'private_key_jwt', clientId: 'by_key', keyFile: keyPem, audience: 'https://idp.example' };
      const signed = await calling({ oauth2ClientCredentialsGrantConfig: { tokenUrl: TOKEN_URL, clientConfig: { auth } } });
      await signed.fetch('/');
      const { payload } = await jwtVerify(work.endpoint.asked[1]?.form.client_assertion ?? '', createPublicKey(keyPem));
      expect(payload).toMatchObject({ iss: 'by_key', sub: 'by_key', aud: 'https://idp.example' });
    });

    it.each([
      ['half a minute before they expire', { expires_in: 600 }, {}, 570],
      ['as long before as the config says', { expires_in: 600 }, { clockSkew: 100 }, 500],
      ['after as long as the config says, where the answer does not', {}, { defaultTokenExpTime: 100 }, 90],
      ['after an hour otherwise', {}, {}, 3570],
    ])('are renewed %s', async (_when, answer, config, life) => {
      work.endpoint.answer = () => json({ access_token: `token-${++work.endpoint.given}`, token_type: 'bearer', ...answer });
      const inventory = await credentials(config);
      await inventory.fetch('/');
      work.clock.now += life * 1000 - 1;
      await inventory.fetch('/');
      work.clock.now += 1;
      await inventory.fetch('/');
      expect(service.authorizations).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
    });

    it('make no request at boot, and for nothing that is kept when it closes', async () => {
      const inventory = await credentials();
      expect(work.endpoint.asked).toEqual([]);
      await work.close();
      expect(work.endpoint.closed).toBe(1);
      expect(await failureOf(inventory.fetch('/'))).toMatchObject({ reason: 'unreachable' });
    });
  });

  describe('that the service refuses', () => {
    it('are renewed once, and the request is made again with its body', async () => {
      const inventory = await credentials();
      await inventory.fetch('/');
      refuse('token-1');
      const response = await inventory.fetch('/stock', { method: 'PUT', body: '[1]' });
      expect(response.status).toBe(200);
      expect(service.received.slice(1)).toMatchObject([{ body: '[1]' }, { body: '[1]', headers: { authorization: 'Bearer token-2' } }]);
    });

    it('are renewed once for all requests that were refused together', async () => {
      const inventory = await credentials();
      await inventory.fetch('/');
      refuse('token-1');
      const responses = await Promise.all([1, 2, 3, 4].map(() => inventory.fetch('/')));
      expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(work.endpoint.asked).toHaveLength(2);
    });

    it('are good for as long as they say, counted from the question on, whatever happens to the wall clock', async () => {
      const inventory = await credentials();
      work.endpoint.answer = () => {
        work.clock.passes(100);
        return json({ access_token: `token-${++work.endpoint.given}`, token_type: 'Bearer', expires_in: 600 });
      };
      await inventory.fetch('/');
      work.clock.setBy(-3600);
      work.clock.passes(469);
      await inventory.fetch('/');
      expect(work.endpoint.asked).toHaveLength(1);
      work.clock.passes(1);
      await inventory.fetch('/');
      expect(service.authorizations).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
    });

    it('are not renewed again and again: the new one was refused, too', async () => {
      const inventory = await credentials();
      refuse('token-1', 'token-2', 'token-3');
      for (let time = 0; time < 3; time++) expect((await inventory.fetch('/')).status).toBe(401);
      expect(work.endpoint.asked).toHaveLength(2);
      expect(service.received).toHaveLength(4);
      work.clock.now += 10_000;
      expect((await inventory.fetch('/')).status).toBe(401);
      expect(work.endpoint.asked).toHaveLength(3);
    });

    it('cost a stream, which cannot be sent again; the next request has a new one', async () => {
      const inventory = await credentials();
      refuse('token-1');
      expect((await inventory.fetch('/', { method: 'POST', body: new Blob(['x']).stream() })).status).toBe(401);
      expect((await inventory.fetch('/')).status).toBe(200);
      expect(service.authorizations).toEqual(['Bearer token-1', 'Bearer token-2']);
    });

    it('do not show in an answer that is streamed', async () => {
      const inventory = await credentials();
      service.answer = ({ headers }, response) =>
        response.writeHead(headers.authorization === 'Bearer token-1' ? 401 : 200).end(headers.authorization);
      expect(await (await inventory.fetch('/', { streaming: true })).text()).toBe('Bearer token-2');
    });

    it.each([
      ['a password', { credentialsConfig: { username: 'a', password: 'b' } }],
      ['a fixed token', { bearerTokenConfig: { token: 'token-1' } }],
    ])('are what they are if they are %s', async (_what, auth) => {
      service.answer = (_request, response) => response.writeHead(401).end();
      expect((await (await calling(auth)).fetch('/')).status).toBe(401);
      expect(service.received).toHaveLength(1);
    });
  });

  it('come with an ID token that is not used', async () => {
    work.endpoint.answer = () => json({ access_token: 'token-1', token_type: 'Bearer', id_token: 'garbage' });
    expect((await (await credentials()).fetch('/')).status).toBe(200);
  });

  describe('by a refresh token', () => {
    const refreshed = (more: object = {}) =>
      calling({ oauth2RefreshTokenGrantConfig: { refreshUrl: TOKEN_URL, refreshToken: 'refresh-0', clientId: 'orders', ...more } });

    it('are asked for with the last one that came', async () => {
      const inventory = await refreshed({ clientSecret: 'hunter2', scopes: 'read' });
      work.endpoint.answer = () => {
        const given = ++work.endpoint.given;
        return json({
          access_token: `token-${given}`,
          token_type: 'Bearer',
          expires_in: 60,
          ...(given === 1 && { refresh_token: 'refresh-1' }),
        });
      };
      for (let time = 0; time < 3; time++) {
        await Promise.all([inventory.fetch('/'), inventory.fetch('/')]);
        work.clock.now += 60_000;
      }
      expect(work.endpoint.asked.map(({ form }) => form)).toEqual([
        { grant_type: 'refresh_token', refresh_token: 'refresh-0', scope: 'read' },
        { grant_type: 'refresh_token', refresh_token: 'refresh-1', scope: 'read' },
        { grant_type: 'refresh_token', refresh_token: 'refresh-1', scope: 'read' },
      ]);
    });

    it('may be a public client’s', async () => {
      await (await refreshed()).fetch('/');
      expect(work.endpoint.asked[0]?.form).toEqual({ grant_type: 'refresh_token', refresh_token: 'refresh-0', client_id: 'orders' });
      expect(work.endpoint.asked[0]?.headers).not.toHaveProperty('authorization');
    });
  });

  describe('for an assertion', () => {
    const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

    it('are asked for with a fixed one, for no caller', async () => {
      await (await calling({ oauth2JwtBearerGrantConfig: { tokenUrl: TOKEN_URL, assertion: 'a.b.c', scopes: 'read' } })).fetch('/');
      expect(work.endpoint.asked[0]?.form).toEqual({ grant_type: JWT_BEARER, assertion: 'a.b.c', scope: 'read' });
    });

    it('are asked for with a new one each time, where it says how to sign one', async () => {
      const secret = 's'.repeat(32);
      const assertion = { issuer: 'orders', username: 'alice', audience: TOKEN_URL, expTime: 60, signatureConfig: { config: secret } };
      const inventory = await calling({ oauth2JwtBearerGrantConfig: { ...TOKENS, assertion } });
      await inventory.fetch('/');
      work.clock.now += 600_000;
      await inventory.fetch('/');
      const [first, second] = work.endpoint.asked.map(({ form }) => form.assertion ?? '');
      const { payload } = await jwtVerify(first ?? '', Buffer.from(secret));
      expect(payload).toMatchObject({ iss: 'orders', sub: 'alice', aud: TOKEN_URL });
      expect(second).not.toBe(first);
    });
  });

  describe('that it signs itself', () => {
    it('say what the config says, and are signed anew shortly before they expire', async () => {
      const { keyPem } = await createSelfSigned({ keyType: 'rsa' });
      const inventory = await calling({
        jwtIssuerConfig: {
          issuer: 'orders',
          username: 'order-service',
          audience: ['inventory', 'stock'],
          keyId: 'k1',
          customClaims: { scope: 'read', nested: { a: [1] } },
          signatureConfig: { config: { keyFile: keyPem } },
        },
      });
      await inventory.fetch('/');
      await inventory.fetch('/');
      work.clock.now += 270_000;
      await inventory.fetch('/');
      const [first, second, third] = service.authorizations.map((value) => value?.replace('Bearer ', '') ?? '');
      expect([second === first, third === first]).toEqual([true, false]);
      expect(decodeProtectedHeader(first ?? '')).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
      const { payload } = await jwtVerify(first ?? '', createPublicKey(keyPem), { audience: 'stock' });
      const iat = Math.floor((work.clock.now - 270_000) / 1000);
      expect(payload).toEqual({
        iss: 'orders',
        sub: 'order-service',
        aud: ['inventory', 'stock'],
        jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
        iat,
        exp: iat + 300,
        scope: 'read',
        nested: { a: [1] },
      });
    });

    it.each([
      ['HS384', 's'.repeat(48), undefined],
      ['PS512', undefined, 'rsa'],
      ['ES256', undefined, 'ec'],
      ['EdDSA', undefined, 'ed25519'],
    ] as const)('may be signed with %s', async (algorithm, secret, keyType) => {
      const keyPem = keyType === undefined ? '' : (await createSelfSigned({ keyType })).keyPem;
      const config = secret ?? { keyFile: keyPem };
      const inventory = await calling({ jwtIssuerConfig: { jwtId: 'fixed', expTime: 60, signatureConfig: { algorithm, config } } });
      await inventory.fetch('/');
      const key = secret === undefined ? createPublicKey(keyPem) : Buffer.from(secret);
      const { payload, protectedHeader } = await jwtVerify(service.authorizations[0]?.slice(7) ?? '', key);
      expect([protectedHeader.alg, payload.jti]).toEqual([algorithm, 'fixed']);
    });

    it('are signed anew when the service refuses one', async () => {
      let refused = false;
      service.answer = (_request, response) => {
        response.writeHead(refused ? 200 : 401).end();
        refused = true;
      };
      const inventory = await calling({ jwtIssuerConfig: { signatureConfig: { config: 's'.repeat(32) } } });
      expect((await inventory.fetch('/')).status).toBe(200);
      expect(new Set(service.authorizations).size).toBe(2);
    });
  });
});
