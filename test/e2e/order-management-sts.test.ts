import { jest } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { AuthorizationServer } from '../../sample/order-management/sts/authorization-server.js';
import { DEMO_LOGIN } from '../../sample/order-management/sts/grants/demo-login.js';
import { TOKEN_EXCHANGE } from '../../sample/order-management/sts/grants/token-exchange.js';
import { type Answer, type OrderManagement, startOrderManagement, temporaryFolder, tokenOf } from '../support/order-management.js';

const GATEWAY = 'api-gateway:api-gateway-demo-secret';
const PASSWORD = { grant_type: 'password', username: 'admin', password: 'admin-demo-password' };
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ADMIN_SCOPES = 'add_order update_order cancel_order';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let system: OrderManagement;

beforeAll(async () => {
  // The authorization server writes notices about what suits a sample and nothing else.
  for (const method of ['info', 'warn'] as const) jest.spyOn(console, method).mockImplementation(() => undefined);
  folder = await temporaryFolder();
  system = await startOrderManagement(`${folder.path}/certificates`);
});
afterAll(async () => {
  await system.close();
  await folder.remove();
  jest.restoreAllMocks();
});

function introspect(token: string, client = GATEWAY): Promise<Answer> {
  return post('introspect', { token }, client);
}

function exchange(token: string, more: Record<string, string> = {}, client = GATEWAY): Promise<Answer> {
  return system.askForToken({ grant_type: TOKEN_EXCHANGE, subject_token: token, subject_token_type: ACCESS_TOKEN, ...more }, client);
}

function post(endpoint: string, form: Record<string, string>, client: string): Promise<Answer> {
  return system.call('POST', `${system.urls.sts}/oauth2/${endpoint}`, {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(client).toString('base64')}`,
    },
    text: new URLSearchParams(form).toString(),
  });
}

async function keyIds(): Promise<string[]> {
  const { body } = await system.call('GET', `${system.urls.sts}/oauth2/jwks`);
  return (body as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

describe('the token endpoint', () => {
  it("issues a token like the guide's to a user with a password", async () => {
    const { status, headers, body } = await system.askForToken(PASSWORD);
    expect({ status, headers }).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: ADMIN_SCOPES });
    const claims = decodeJwt((body as { access_token: string }).access_token);
    expect(claims).toMatchObject({ iss: 'wso2', aud: 'ballerina', sub: 'admin', scope: ADMIN_SCOPES });
    expect(claims).toMatchObject({ exp: (claims.iat ?? 0) + 3600, nbf: claims.iat, jti: expect.any(String) });
  });

  it('issues a token to a client itself, with the scopes that it asks for', async () => {
    const token = tokenOf(await system.askForToken({ grant_type: 'client_credentials', scope: 'add_order' }));
    expect(decodeJwt(token)).toMatchObject({ iss: 'wso2', aud: 'ballerina', sub: 'demo-client', scope: 'add_order' });
  });

  it('issues an opaque token to a user who logs in', async () => {
    const { status, body } = await system.askForToken({ grant_type: DEMO_LOGIN, username: 'alice' });
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600, scope: 'add_order' } });
    expect((body as { access_token: string }).access_token).not.toContain('.');
  });

  it('narrows the scopes to those that were asked for', async () => {
    expect((await system.askForToken({ ...PASSWORD, scope: 'cancel_order' })).body).toMatchObject({ scope: 'cancel_order' });
    const login = { grant_type: DEMO_LOGIN, username: 'bob', scope: 'add_order' };
    expect((await system.askForToken(login)).body).toMatchObject({ scope: 'add_order' });
  });

  it.each<[string, Record<string, string> | string, string]>([
    ['a wrong password', { ...PASSWORD, password: 'x' }, 'invalid_grant'],
    ['an unknown user', { ...PASSWORD, username: 'constructor' }, 'invalid_grant'],
    ['a user who has no password', { ...PASSWORD, username: 'alice', password: 'undefined' }, 'invalid_grant'],
    ['no password', { grant_type: 'password', username: 'admin' }, 'invalid_request'],
    ['an empty user name', { ...PASSWORD, username: '' }, 'invalid_request'],
    ['an unknown user who logs in', { grant_type: DEMO_LOGIN, username: 'constructor' }, 'invalid_grant'],
    ['a user who asks for too much', { grant_type: DEMO_LOGIN, username: 'alice', scope: 'cancel_order' }, 'invalid_scope'],
    ['a grant that it does not know', { grant_type: 'urn:example:none' }, 'unsupported_grant_type'],
    ['no grant', {}, 'invalid_request'],
    ['a scope that the user does not have', { ...PASSWORD, scope: 'add_order all' }, 'invalid_scope'],
    ['a scope that the client does not have', { grant_type: 'client_credentials', scope: 'cancel_order' }, 'invalid_scope'],
    ['another audience', { grant_type: 'client_credentials', resource: 'urn:order-management:api-gateway' }, 'invalid_target'],
    ['a field that is sent twice', 'grant_type=password&grant_type=password', 'invalid_request'],
  ])('refuses %s', async (_, form, error) => {
    const { status, headers, body } = await system.askForToken(form);
    expect({ status, headers, body }).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store' }, body: { error } });
  });

  it.each([
    ['', 400, 'invalid_request'],
    [':', 400, 'invalid_request'],
    ['demo-client', 400, 'invalid_request'],
    ['demo-client:wrong', 401, 'invalid_client'],
    ['nobody:demo-client-secret', 401, 'invalid_client'],
  ])('refuses the client %j', async (client, status, error) => {
    const answer = await system.askForToken(PASSWORD, client);
    expect({ client, status: answer.status, body: answer.body }).toMatchObject({ client, status, body: { error } });
  });

  it('takes a form and nothing else', async () => {
    const authorization = `Basic ${Buffer.from('demo-client:demo-client-secret').toString('base64')}`;
    const answer = await system.call('POST', `${system.urls.sts}/oauth2/token`, { headers: { authorization }, json: PASSWORD });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe('introspection', () => {
  it("says who a user's token is about", async () => {
    const { status, body } = await introspect(await system.login('alice'));
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        active: true,
        iss: system.urls.sts,
        aud: 'api-gateway',
        sub: 'alice',
        name: 'Alice Perera',
        email: 'alice@shop.example',
        scope: 'add_order',
        client_id: 'demo-client',
      },
    });
  });

  it.each(['x', 'a.b.c'])('knows nothing of %j', async (token) => {
    expect(await introspect(token)).toMatchObject({ status: 200, body: { active: false } });
  });

  it('is not for JWTs, and says that they are inactive', async () => {
    const answer = await introspect(tokenOf(await system.askForToken(PASSWORD)));
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { active: false } });
  });

  it('is for the gateway only', async () => {
    const token = await system.login('alice');
    expect(await introspect(token, 'demo-client:demo-client-secret')).toMatchObject({ body: { active: false } });
    expect(await introspect(token, 'api-gateway:wrong')).toMatchObject({ status: 401 });
  });

  it('forgets a token that is taken back', async () => {
    const token = await system.login('alice');
    await post('revoke', { token }, 'demo-client:demo-client-secret');
    expect(await introspect(token)).toMatchObject({ body: { active: false } });
    expect(await exchange(token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});

describe('token exchange', () => {
  it("gives a short-lived JWT with the user's details, which says who acts for the user", async () => {
    const { status, body } = await exchange(await system.login('bob'), { audience: 'ballerina', requested_token_type: JWT });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', issued_token_type: JWT, expires_in: 300, scope: ADMIN_SCOPES },
    });
    const claims = decodeJwt((body as { access_token: string }).access_token);
    expect(claims).toMatchObject({
      iss: 'wso2',
      aud: 'ballerina',
      sub: 'bob',
      name: 'Bob Fernando',
      email: 'bob@shop.example',
      scope: ADMIN_SCOPES,
      act: { sub: 'api-gateway' },
      exp: (claims.iat ?? 0) + 300,
    });
  });

  it('never widens the scopes', async () => {
    const token = await system.login('alice');
    expect(await exchange(token, { scope: 'add_order' })).toMatchObject({ status: 200, body: { scope: 'add_order' } });
    expect(await exchange(token, { scope: 'add_order cancel_order' })).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  });

  it.each<[string, Record<string, string>, string]>([
    ['a token that it does not know', { subject_token: 'unknown' }, 'invalid_grant'],
    ['no token', { subject_token: '' }, 'invalid_request'],
    ['a token of another type', { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'invalid_request'],
    ['a wish for another type', { requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'invalid_request'],
    ['another audience', { audience: 'inventory' }, 'invalid_target'],
    ['an actor', { actor_token: 'x', actor_token_type: ACCESS_TOKEN }, 'invalid_request'],
  ])('refuses %s', async (_, change, error) => {
    const answer = await exchange(await system.login('alice'), change);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 400, body: { error } });
  });

  it('refuses a JWT, also one of its own', async () => {
    const jwt = tokenOf(await system.askForToken(PASSWORD));
    expect(await exchange(jwt)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('is for the gateway only', async () => {
    const answer = await exchange(await system.login('alice'), {}, 'demo-client:demo-client-secret');
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe('its tokens', () => {
  it('are good for what they say, at the order service', async () => {
    const items = [{ category: 'books', code: '978-1617295959', qty: 1 }];
    const url = `${system.urls.orders}/order`;
    const token = tokenOf(await system.askForToken({ grant_type: 'password', username: 'counter', password: 'counter-demo-password' }));
    expect(await system.call('POST', url, { token, json: { id: '7', name: 'Mine', items } })).toMatchObject({ status: 201 });
    expect(await system.call('DELETE', `${url}/7`, { token })).toMatchObject({ status: 403 });
    const admin = tokenOf(await system.askForToken(PASSWORD));
    expect(await system.call('DELETE', `${url}/7`, { token: admin })).toMatchObject({ status: 200 });
  });
});

describe('its keys', () => {
  it("are shown beside the guide's, and without their private part", async () => {
    const { body } = await system.call('GET', `${system.urls.sts}/oauth2/jwks`);
    const { keys } = body as { keys: Record<string, string>[] };
    expect(keys.map(({ kid }) => kid).slice(0, 3)).toEqual(['1', '2011-04-29', 'NTAxZmMxNDMyZDg3MTU1ZGM0MzEzODJhZWI4NDNlZDU1OGFkNjFiMQ']);
    const own = keys.slice(3);
    expect(own.length).toBeGreaterThanOrEqual(2);
    for (const key of own) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('change in turn: the next one was shown before, and the tokens of the one before stay good', async () => {
    const [current, next] = (await keyIds()).slice(3);
    const before = tokenOf(await system.askForToken(PASSWORD));
    const opaque = await system.login('alice');
    await system.sts().get(AuthorizationServer).rotate();
    const after = tokenOf(await system.askForToken(PASSWORD));
    expect([before, after].map((token) => decodeProtectedHeader(token).kid)).toEqual([current, next]);
    expect((await keyIds()).slice(3)).toEqual([next, expect.not.stringMatching(`${current}|${next}`), current]);
    expect(await introspect(opaque)).toMatchObject({ body: { active: true } });
    for (const token of [before, after])
      expect(await system.call('DELETE', `${system.urls.orders}/order/none`, { token })).toMatchObject({ status: 400 });
  });

  it('outlive a restart', async () => {
    const keys = await keyIds();
    await system.stop('sts');
    await system.start('sts');
    expect(await keyIds()).toEqual(keys);
  });
});
