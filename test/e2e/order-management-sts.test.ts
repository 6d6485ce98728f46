import { decodeJwt } from 'jose';
import { type Answer, type OrderManagement, startOrderManagement, temporaryFolder } from '../support/order-management.js';

const CLIENT = 'demo-client:demo-client-secret';
const PASSWORD = { grant_type: 'password', username: 'admin', password: 'admin-demo-password' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let system: OrderManagement;

beforeAll(async () => {
  folder = await temporaryFolder();
  system = await startOrderManagement(`${folder.path}/certificates`);
});
afterAll(async () => {
  await system.close();
  await folder.remove();
});

function askForToken(form: Record<string, string> | string, client: string | undefined = CLIENT): Promise<Answer> {
  return system.call('POST', `${system.urls.sts}/oauth2/token`, {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(client !== '' && { authorization: `Basic ${Buffer.from(client).toString('base64')}` }),
    },
    text: new URLSearchParams(form).toString(),
  });
}

async function tokenFor(form: Record<string, string>): Promise<string> {
  return ((await askForToken(form)).body as { access_token: string }).access_token;
}

describe('the token endpoint', () => {
  it("issues a token like the guide's to a user", async () => {
    const { status, headers, body } = await askForToken(PASSWORD);
    expect({ status, headers }).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store', pragma: 'no-cache' } });
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'add_order update_order cancel_order' });
    const claims = decodeJwt((body as { access_token: string }).access_token);
    expect(claims).toMatchObject({ iss: 'wso2', aud: 'ballerina', sub: 'admin', scope: 'add_order update_order cancel_order' });
    expect(claims).toMatchObject({ exp: (claims.iat ?? 0) + 3600, nbf: claims.iat, jti: expect.stringMatching(/^[\w-]{36}$/) });
  });

  it('issues a token to a client itself', async () => {
    expect(decodeJwt(await tokenFor({ grant_type: 'client_credentials' }))).toMatchObject({ sub: 'demo-client', scope: 'add_order' });
  });

  it('narrows the scopes to those that were asked for', async () => {
    expect((await askForToken({ ...PASSWORD, scope: 'cancel_order' })).body).toMatchObject({ scope: 'cancel_order' });
  });

  it.each<[string, Record<string, string> | string, string]>([
    ['a wrong password', { ...PASSWORD, password: 'x' }, 'invalid_grant'],
    ['an unknown user', { ...PASSWORD, username: 'constructor' }, 'invalid_grant'],
    ['no password', { grant_type: 'password', username: 'admin' }, 'invalid_request'],
    ['an empty user name', { ...PASSWORD, username: '' }, 'invalid_request'],
    ['a grant that it does not know', { grant_type: 'authorization_code' }, 'unsupported_grant_type'],
    ['no grant', {}, 'invalid_request'],
    ['a scope that the user does not have', { ...PASSWORD, scope: 'add_order all' }, 'invalid_scope'],
    ['a scope that the client does not have', { grant_type: 'client_credentials', scope: 'cancel_order' }, 'invalid_scope'],
    ['a field that is sent twice', 'grant_type=password&grant_type=password', 'invalid_request'],
  ])('refuses %s', async (_, form, error) => {
    const { status, headers, body } = await askForToken(form);
    expect({ status, headers, body }).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store' }, body: { error } });
  });

  it.each(['', 'demo-client:wrong', 'nobody:demo-client-secret', ':', 'demo-client'])('refuses the client %j', async (client) => {
    const { status, headers, body } = await askForToken(PASSWORD, client);
    expect({ status, body }).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(headers).toMatchObject({ 'www-authenticate': 'Basic realm="sts", charset="UTF-8"', 'cache-control': 'no-store' });
  });

  it('takes a form and nothing else', async () => {
    const authorization = `Basic ${Buffer.from(CLIENT).toString('base64')}`;
    const answer = await system.call('POST', `${system.urls.sts}/oauth2/token`, { headers: { authorization }, json: PASSWORD });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe('its tokens', () => {
  it('are good for what they say, at the order service', async () => {
    const items = [{ category: 'books', code: '978-1617295959', qty: 1 }];
    const url = `${system.urls.orders}/order`;
    const token = await tokenFor({ grant_type: 'password', username: 'counter', password: 'counter-demo-password' });
    expect(await system.call('POST', url, { token, json: { id: '7', name: 'Mine', items } })).toMatchObject({ status: 201 });
    expect(await system.call('DELETE', `${url}/7`, { token })).toMatchObject({ status: 403 });
    expect(await system.call('DELETE', `${url}/7`, { token: await tokenFor(PASSWORD) })).toMatchObject({ status: 200 });
  });
});

it("shows its own key beside the guide's", async () => {
  const { body } = await system.call('GET', `${system.urls.sts}/oauth2/jwks`);
  const { keys } = body as { keys: Record<string, string>[] };
  expect(keys.map(({ kid }) => kid).slice(0, 3)).toEqual(['1', '2011-04-29', 'NTAxZmMxNDMyZDg3MTU1ZGM0MzEzODJhZWI4NDNlZDU1OGFkNjFiMQ']);
  expect(Object.keys(keys[3] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
});
