import { AuthUnavailableError } from '../../../../lib/errors.js';
import { requestOfAuthorization } from '../../../../lib/http/auth-request.js';
import type { FakeClock } from '../../../support/fake-clock.js';
import { FakeNetwork, json, surroundings } from './fake-endpoint.js';

const TOKEN_URL = 'https://idp.example/token';
const AUTH = { method: 'client_credentials', tokenUrl: TOKEN_URL, clientId: 'me', clientSecret: 'hunter2' };

describe('an access token of the application’s own', () => {
  let network: FakeNetwork;
  let clock: FakeClock;
  let warnings: string[];
  let prepare: ReturnType<typeof surroundings>['prepare'];
  let valid: Set<string>;
  let tokenAnswer: Record<string, unknown>;
  let given: number;
  beforeEach(() => {
    network = new FakeNetwork();
    ({ clock, warnings, prepare } = surroundings(network));
    valid = new Set();
    tokenAnswer = { token_type: 'Bearer', expires_in: 600 };
    given = 0;
    network.answer = ({ url, headers }) => {
      if (url.href !== TOKEN_URL) return valid.has(headers?.authorization ?? '') ? json({ active: true }) : json({}, 401);
      const access_token = `own-${++given}`;
      valid.add(`Bearer ${access_token}`);
      return json({ access_token, ...tokenAnswer });
    };
  });

  const strategy = (auth: object = {}, clientConfig: object = {}) =>
    prepare({ url: 'https://idp.example/introspect', clientConfig: { ...clientConfig, auth: { ...AUTH, ...auth } } });
  const ask = (authenticator: Awaited<ReturnType<typeof strategy>>, token = 't') =>
    Promise.resolve(authenticator.authenticate(requestOfAuthorization(`Bearer ${token}`)));
  const tokenRequests = () => network.asked.filter(({ url }) => url.href === TOKEN_URL);

  it('is got once, and sent with every question', async () => {
    const authenticator = await strategy();
    await Promise.all(['a', 'b', 'c'].map((token) => ask(authenticator, token)));
    expect(await ask(authenticator)).toMatchObject({ outcome: 'accepted' });
    expect(tokenRequests()).toHaveLength(1);
  });

  it('is asked for as the config says', async () => {
    const authenticator = await strategy({ scopes: ['introspect', 'more'], optionalParams: { resource: 'https://idp.example' } });
    await ask(authenticator);
    const [asked] = tokenRequests();
    expect(asked?.form).toEqual({ grant_type: 'client_credentials', scope: 'introspect more', resource: 'https://idp.example' });
    expect(asked?.headers?.authorization).toBe(`Basic ${btoa('me:hunter2')}`);
  });

  it('may be asked for with the secret in the body', async () => {
    await ask(await strategy({ credentialBearer: 'POST_BODY_BEARER' }));
    expect(tokenRequests()[0]?.form).toMatchObject({ client_id: 'me', client_secret: 'hunter2' });
    expect(tokenRequests()[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['half a minute before it expires', { expires_in: 600 }, {}, 570],
    ['a tenth before it expires, where it lives shortly', { expires_in: 60 }, {}, 54],
    ['as long before as the config says', { expires_in: 600 }, { clockSkew: 100 }, 500],
    ['after an hour, where the answer does not say', { expires_in: undefined }, {}, 3570],
    ['after as long as the config says, where the answer does not', { expires_in: undefined }, { defaultTokenExpTime: 100 }, 90],
  ])('is renewed %s', async (_when, answer, auth, life) => {
    tokenAnswer = { ...tokenAnswer, ...answer };
    const authenticator = await strategy(auth);
    await ask(authenticator);
    clock.now += life * 1000 - 1;
    await ask(authenticator);
    expect(tokenRequests()).toHaveLength(1);
    clock.now += 1;
    await ask(authenticator);
    expect(tokenRequests()).toHaveLength(2);
  });

  it('is renewed once when the endpoint refuses it', async () => {
    const authenticator = await strategy();
    await ask(authenticator);
    valid.clear();
    expect(await ask(authenticator)).toMatchObject({ outcome: 'accepted' });
    expect(tokenRequests()).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  it('is renewed once for all questions that were refused together', async () => {
    const authenticator = await strategy();
    await ask(authenticator);
    valid.clear();
    await Promise.all(['a', 'b', 'c'].map((token) => ask(authenticator, token)));
    expect(tokenRequests()).toHaveLength(2);
  });

  it('is not renewed for ever when the endpoint refuses every one', async () => {
    const authenticator = await strategy();
    const { answer } = network;
    network.answer = (asked) => (asked.url.href === TOKEN_URL ? answer(asked) : json({}, 401));
    await expect(ask(authenticator)).rejects.toBeInstanceOf(AuthUnavailableError);
    expect(tokenRequests()).toHaveLength(2);
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ['our credentials are refused', () => json({ error: 'invalid_client', error_description: 'hunter2' }, 401)],
    ['our credentials are refused with a 400', () => json({ error: 'unauthorized_client' }, 400)],
    ['the answer has no token', () => json({ token_type: 'Bearer' })],
    ['the token is no bearer token', () => json({ access_token: 'secret-token', token_type: 'DPoP' })],
    ['the token is of an unknown kind', () => json({ access_token: 'secret-token', token_type: 'x' })],
    ['the answer is no object', () => json(['secret-token'])],
    ['the answer is empty', () => ({ ...json(''), status: 204, body: Buffer.alloc(0) })],
    ['the server fails', () => json({}, 500)],
  ])('cannot be obtained when %s: the caller’s token is not judged then', async (_when, answer) => {
    const authenticator = await strategy();
    network.answer = answer;
    const error = (await ask(authenticator).catch((reason: unknown) => reason)) as Error;
    expect(error).toBeInstanceOf(AuthUnavailableError);
    expect(`${error.message} ${error.stack} ${error.cause} ${warnings}`).not.toMatch(/hunter2|secret-token/);
    expect(network.asked).toHaveLength(1);
  });

  it('is not asked for with every request while the token endpoint refuses this application', async () => {
    const authenticator = await strategy();
    network.answer = () => json({ error: 'invalid_client' }, 401);
    for (let request = 0; request < 20; request++)
      await expect(ask(authenticator, `t${request}`)).rejects.toBeInstanceOf(AuthUnavailableError);
    expect(network.asked).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('The token endpoint refuses this application (invalid_client): status 401.')]);
    expect(authenticator.health?.()).toMatchObject({ status: 'down', details: { reason: 'credentials_refused' } });
  });

  it('is asked for anew after a failure', async () => {
    const authenticator = await strategy();
    const { answer } = network;
    network.answer = () => json({}, 503);
    await expect(ask(authenticator)).rejects.toThrow(AuthUnavailableError);
    network.answer = answer;
    expect(await ask(authenticator)).toMatchObject({ outcome: 'accepted' });
  });

  it('does not take the introspection endpoint’s header fields to the token endpoint', async () => {
    await strategy({}, { customHeaders: { 'x-api-key': 'k' }, timeout: 3 });
    expect(network.clients).toEqual([{ customHeaders: { 'x-api-key': 'k' }, timeout: 3 }, { timeout: 3 }]);
    network.clients.length = 0;
    await strategy({ clientConfig: { timeout: 9 } }, { timeout: 3 });
    expect(network.clients).toEqual([{ timeout: 3 }, { timeout: 9 }]);
  });
});
