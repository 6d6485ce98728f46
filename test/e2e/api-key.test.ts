import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AuthEventSink, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { makeKey, makeTablesFile, type TablesFile } from '../support/api-keys-file.js';
import { appModule, bootError, RecordingSink } from '../support/app.js';
import { basic } from '../support/users-file.js';

@ServiceAuth({ auth: ['partners'] })
@Controller('orders')
class OrdersController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: { scopes: 'write' } })
  @Get('write')
  write() {
    return 'written';
  }

  @ResourceAuth({ auth: ['partners', 'staff'] })
  @Get('either')
  either(@CurrentPrincipal() who: Principal) {
    return { method: who.method };
  }
}

const USER = ['[[auth.users]]', 'username = "alice"', 'password = "geheim"', ''].join('\n');

describe.each(ADAPTERS)('API keys on %s', (adapter) => {
  const first = makeKey('billing-1', 'client = "billing"', 'scopes = ["read"]');
  const second = makeKey('billing-2', 'client = "billing"', 'scopes = ["read", "write"]');
  const over = makeKey('old', 'expires = 2020-01-01');
  let app: INestApplication;
  let url: string;
  let file: TablesFile;

  beforeAll(async () => {
    file = await makeTablesFile(USER, first.table, second.table, over.table);
    const auth = {
      schemes: {
        partners: { apiKeyStoreConfig: { path: file.path } },
        staff: { fileUserStoreConfig: { path: file.path, allowPlainText: true } },
      },
      eventSink: RecordingSink,
    };
    ({ app, url } = await startApp(adapter, appModule({ auth, controllers: [OrdersController] })));
  });
  afterAll(async () => {
    await app.close();
    await file.remove();
  });

  const get = (path: string, headers: Readonly<Record<string, string>>) => fetch(`${url}/orders${path}`, { headers: { ...headers } });
  const statusOf = async (path: string, key: string) => (await get(path, { 'X-API-Key': key })).status;

  it('name the client to the handler', async () => {
    const response = await get('', { 'X-API-Key': first.key });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      scheme: 'partners',
      method: 'apiKey',
      username: 'billing',
      clientId: 'billing',
      scopes: ['read'],
    });
    expect(await (await get('', { 'x-api-key': second.key })).json()).toMatchObject({
      clientId: 'billing',
      claims: { keyId: 'billing-2' },
    });
  });

  it.each([
    ['no key', {}],
    ['an unknown key', { 'x-api-key': makeKey('nobody').key }],
    ['an expired key', { 'x-api-key': over.key }],
    ['a key after a scheme', { authorization: `ApiKey ${first.key}` }],
  ])('answer %s with 401 and their challenge, always the same', async (_, headers) => {
    const response = await get('', headers);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'ApiKey realm="api"']);
    expect(await response.json()).toEqual({ message: 'Unauthorized', statusCode: 401 });
  });

  it('are never taken from the query', async () => {
    expect((await fetch(`${url}/orders?x-api-key=${first.key}&api_key=${first.key}`)).status).toBe(401);
  });

  it('tell a client what its key lacks', async () => {
    const refused = await get('/write', { 'x-api-key': first.key });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([403, 'ApiKey realm="api", scope="write"']);
    expect(await statusOf('/write', second.key)).toBe(200);
  });

  it('stand beside the users of the same file', async () => {
    expect(await (await get('/either', { 'x-api-key': first.key })).json()).toEqual({ method: 'apiKey' });
    expect(await (await get('/either', { authorization: basic('alice', 'geheim') })).json()).toEqual({ method: 'basic' });
  });

  it('tell the operator why, and nobody the key', async () => {
    const { events } = app.get<RecordingSink>(AuthEventSink);
    await statusOf('', over.key);
    expect(events.at(-1)?.steps).toEqual([expect.objectContaining({ scheme: 'partners', reason: 'expired' })]);
    expect(JSON.stringify(events)).not.toContain(over.key.slice('old.'.length));
  });

  it('stop working soon after they are taken out of the file, and stay while the file is broken', async () => {
    await file.write(USER, second.table);
    for (let wait = 0; wait < 100 && (await statusOf('', first.key)) === 200; wait++) await sleep(100);
    expect([await statusOf('', first.key), await statusOf('', second.key)]).toEqual([401, 200]);
    await file.write(USER, second.table.replace('sha256:', ''));
    await sleep(6000);
    expect(await statusOf('', second.key)).toBe(200);
  });
});

describe('an apiKeyStoreConfig', () => {
  it.each([
    [{ header: 'Authorization' }, 'header: carries credentials in a form of its own'],
    [{ header: 'Cookie' }, 'header: carries credentials in a form of its own'],
    [{ header: 'x api key' }, 'header: is not the name of a header field'],
    [{ headers: 'x-api-key' }, 'headers: is not a known field. Did you mean "header"'],
    [{ path: 'none.toml' }, 'path: cannot read the file "none.toml"'],
  ])('of %j stops the boot', async (config, expected) => {
    const auth = { schemes: { partners: { apiKeyStoreConfig: config as object } } };
    expect((await bootError('express', appModule({ auth, controllers: [OrdersController] }))).message).toContain(expected);
  });

  it('whose file has no keys stops the boot', async () => {
    const file = await makeTablesFile(USER);
    const auth = { schemes: { partners: { apiKeyStoreConfig: { path: file.path } } } };
    const { message } = await bootError('express', appModule({ auth, controllers: [OrdersController] }));
    expect(message).toContain('has no API keys: it needs [[auth.apiKeys]]');
    await file.remove();
  });
});
