import { TokenRefusedError } from '../../../lib/client/token-refused.error.js';
import { AuthUnavailableError } from '../../../lib/errors.js';
import { type FakeService, failureOf, json, realConnections, workshop } from './setup.js';

const TOKEN_URL = 'https://idp.example/token';
const TOKENS = { tokenUrl: TOKEN_URL, clientId: 'orders', clientSecret: 'hunter2' };
type Work = ReturnType<typeof workshop>;

describe('tokens', () => {
  let work: Work;
  let service: FakeService;
  beforeEach(async () => {
    work = workshop();
    service = await work.serve();
  });
  afterEach(() => work.close());

  const calling = (auth: object) => work.client({ baseUrl: service.origin, auth });
  const credentials = (more: object = {}) => calling({ oauth2ClientCredentialsGrantConfig: { ...TOKENS, ...more } });

  describe('that the token endpoint does not give', () => {
    it.each([
      [
        'invalid_client',
        401,
        /inventory": the token endpoint https:\/\/idp\.example\/token refuses this application \(invalid_client\)\. Check clientId/,
      ],
      ['unauthorized_client', 400, /refuses this application/],
      ['invalid_scope', 400, /refuses a token \(invalid_scope\)/],
    ])('because of %s name the client, and never the secret', async (error, status, message) => {
      work.endpoint.answer = () => json({ error, error_description: 'hunter2' }, status);
      const failure = await failureOf((await credentials()).fetch('/'));
      expect(failure).toBeInstanceOf(TokenRefusedError);
      expect(failure).toMatchObject({
        code: 'ERR_AUTH_TOKEN_REFUSED',
        client: 'inventory',
        reason: error,
        message: expect.stringMatching(message),
      });
      expect(`${failure.stack} ${failure.cause} ${JSON.stringify(failure)}`).not.toContain('hunter2');
      expect(service.received).toEqual([]);
    });

    it.each([
      ['a client that is not known', { error: 'invalid_client' }, 401],
      ['a scope that is never given', { error: 'invalid_scope' }, 400],
    ])('because of %s are not asked for with every request, and it is said once', async (_what, answer, status) => {
      work.endpoint.answer = () => json(answer, status);
      const inventory = await credentials();
      for (let time = 0; time < 30; time++) expect(await failureOf(inventory.fetch('/'))).toMatchObject({ reason: answer.error });
      expect(work.endpoint.asked).toHaveLength(1);
      for (let time = 0; time < 3; time++) {
        work.clock.passes(5);
        for (const _ of [1, 2, 3]) expect(await failureOf(inventory.fetch('/'))).toBeInstanceOf(TokenRefusedError);
      }
      expect(work.endpoint.asked).toHaveLength(4);
      expect(work.warnings).toEqual([
        expect.stringMatching(
          new RegExp(`^AuthClient "inventory": the token endpoint .*\\(${answer.error}\\).* The next attempt follows in a few seconds`),
        ),
      ]);
      work.endpoint.answer = () => json({ access_token: 'token-9', token_type: 'Bearer' });
      work.clock.passes(5);
      expect((await inventory.fetch('/')).status).toBe(200);
    });

    it('because of a challenge say the same', async () => {
      work.endpoint.answer = () => json({}, 401, { 'www-authenticate': 'Basic realm="hunter2"' });
      expect(await failureOf((await credentials()).fetch('/'))).toMatchObject({ reason: 'invalid_client' });
    });

    it.each([
      ['an error of the server', () => json({}, 500)],
      ['an overload', () => json({ error: 'slow_down' }, 429)],
      ['no token', () => json({ token_type: 'Bearer' })],
      ['a token that is no bearer token', () => json({ access_token: 'hunter2', token_type: 'DPoP' })],
      ['a token of no type', () => json({ access_token: 'hunter2', token_type: 'N_A' })],
      ['a token with a line break', () => json({ access_token: 'hunter2\r\nx: y', token_type: 'Bearer' })],
      ['what is no JSON', () => ({ ...json({}), body: Buffer.from('<hunter2>') })],
      ['nothing', () => ({ ...json({}), status: 204, body: Buffer.alloc(0) })],
    ])('because of %s could not be found out about', async (_what, answer) => {
      work.endpoint.answer = answer;
      const failure = await failureOf((await credentials()).fetch('/'));
      expect(failure).toBeInstanceOf(AuthUnavailableError);
      expect(failure.message).toMatch(/^AuthClient "inventory": no token\. /);
      expect(failure).not.toHaveProperty('cause');
      expect(`${failure.stack} ${failure.cause}`).not.toContain('hunter2');
    });

    it('because nobody listens are not asked for again and again', async () => {
      const down = await work.serve();
      const tokenUrl = `${down.origin}/token`;
      await down.server.close();
      const config = { baseUrl: service.origin, auth: { oauth2ClientCredentialsGrantConfig: { ...TOKENS, tokenUrl } } };
      const inventory = await work.client(config, realConnections);
      for (let time = 0; time < 5; time++) {
        const failure = await failureOf(inventory.fetch('/'));
        expect(failure).toBeInstanceOf(AuthUnavailableError);
        expect(failure.message).toMatch(/^AuthClient "inventory": no token\. POST .*: the connection was refused/);
      }
      expect(await failureOf(inventory.fetch('/'))).toMatchObject({
        retryAfter: 5,
        message: expect.stringContaining('is not called for now'),
        cause: expect.objectContaining({ message: expect.stringContaining('the connection was refused') }),
      });
      expect(work.warnings).toEqual([
        expect.stringMatching(/^AuthClient "inventory": the token endpoint .* failed several times in a row/),
      ]);
    });

    describe('because it is hostile', () => {
      it.each<[string, (endpoint: FakeService, thief: FakeService) => void, RegExp]>([
        [
          'leads the secret elsewhere',
          (endpoint, thief) => {
            endpoint.answer = (_request, response) => response.writeHead(307, { location: `${thief.origin}/` }).end();
          },
          /redirect/,
        ],
        [
          'drips',
          (endpoint) => {
            endpoint.answer = (_request, response) => {
              const drip = setInterval(() => response.write(' '), 20);
              response.on('close', () => clearInterval(drip));
            };
          },
          /no whole answer within 0\.2 s/,
        ],
        [
          'never ends',
          (endpoint) => {
            endpoint.answer = (_request, response) => response.end(' '.repeat(300_000));
          },
          /more than 262144 bytes/,
        ],
        [
          'unpacks',
          (endpoint) => {
            endpoint.answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
          },
          /cannot be unpacked/,
        ],
        [
          'breaks off',
          (endpoint) => {
            endpoint.answer = (_request, response) =>
              response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy());
          },
          /closed|reset/,
        ],
      ])('and %s, take no longer and tell nothing', async (_what, prepare, message) => {
        const [endpoint, thief] = [await work.serve(), await work.serve()];
        prepare(endpoint, thief);
        const config = { ...TOKENS, tokenUrl: `${endpoint.origin}/token`, clientConfig: { timeout: 0.2 } };
        const auth = { oauth2ClientCredentialsGrantConfig: config };
        const inventory = await work.client({ baseUrl: service.origin, auth }, realConnections);
        const failure = await failureOf(inventory.fetch('/'));
        expect(failure).toBeInstanceOf(AuthUnavailableError);
        expect(failure.message).toMatch(message);
        expect(`${failure.stack} ${failure.cause}`).not.toContain('hunter2');
        expect([...thief.received, ...service.received]).toEqual([]);
      });
    });

    it('because of one answer that is no use open no breaker', async () => {
      const inventory = await credentials();
      work.endpoint.answer = () => json({}, 500);
      for (let time = 0; time < 9; time++) await failureOf(inventory.fetch('/'));
      expect(work.endpoint.asked).toHaveLength(9);
    });
  });
});
