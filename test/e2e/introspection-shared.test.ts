import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import {
  type AuthModuleOptions,
  AuthService,
  CurrentPrincipal,
  type OAuth2IntrospectionConfig,
  type Principal,
  ServiceAuth,
} from 'nest-service-auth';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { appModule, bootError } from '../support/app.js';
import { LocalState } from '../support/local-state.js';

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Orders {
  @Get()
  list(@CurrentPrincipal() { username }: Principal) {
    return username;
  }
}

let endpoint: Server;
let asked: string[];
beforeEach(async () => {
  asked = [];
  endpoint = createServer(async (request, response) => {
    const token = new URLSearchParams((await request.toArray()).join('')).get('token') ?? '';
    asked.push(token);
    const claims = { active: true, sub: 'anne', jti: `of ${token}`, exp: Math.floor(Date.now() / 1000) + 300 };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(token.startsWith('bad') ? { active: false } : claims));
  });
  await once(endpoint.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  endpoint.close();
  await once(endpoint, 'close');
});

const moduleWith = (auth: AuthModuleOptions, client: Pick<OAuth2IntrospectionConfig, 'clientConfig'> = {}) => {
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  return appModule({
    auth: { schemes: { sts: { oauth2IntrospectionConfig: { url, cacheConfig: { shared: true }, ...client } } }, ...auth },
    controllers: [Orders],
  });
};

it('cacheConfig.shared stops the boot without sharedState, and says what to do', async () => {
  expect(String(await bootError('express', moduleWith({})))).toContain(
    'cacheConfig.shared: needs the option sharedState: AuthModule.forRoot({ sharedState }).',
  );
});

describe.each(ADAPTERS)('answers of an introspection endpoint that instances share (%s)', (adapter) => {
  let instances: readonly RunningApp[] = [];
  afterEach(async () => {
    await Promise.all(instances.map(({ app }) => app.close()));
    instances = [];
  });

  const start = async (store: LocalState, clients: readonly Parameters<typeof moduleWith>[1][] = [{}, {}]) => {
    const options: AuthModuleOptions = { sharedState: store, revocation: { onUnavailable: 'refuse' } };
    instances = await Promise.all(clients.map((client) => startApp(adapter, moduleWith(options, client))));
  };
  const get = async (index: number, token: string) => {
    const answer = await fetch(instances[index]?.url ?? '', { headers: { authorization: `Bearer ${token}` } });
    return `${answer.status} ${answer.ok ? await answer.text() : ''}`.trim();
  };

  it('are asked for once, whether the token is active or not', async () => {
    await start(new LocalState());
    expect([await get(0, 'good'), await get(1, 'good'), await get(0, 'good')]).toEqual(['200 anne', '200 anne', '200 anne']);
    expect([await get(1, 'bad'), await get(0, 'bad')]).toEqual(['401', '401']);
    expect(asked).toEqual(['good', 'bad']);
  });

  it('are not shared by different clients, which the server may answer differently; the secret is in no key', async () => {
    const store = new LocalState();
    const { set: stored } = store;
    const keys: string[] = [];
    store.set = (key, ...rest) => {
      keys.push(key);
      return stored.call(store, key, ...rest);
    };
    const auth = { method: 'client_secret_basic', clientSecret: 'hunter2' } as const;
    await start(
      store,
      ['orders', 'stock', 'stock'].map((clientId) => ({ clientConfig: { auth: { ...auth, clientId } } })),
    );
    expect([await get(0, 'good'), await get(1, 'good'), await get(2, 'good')]).toEqual(['200 anne', '200 anne', '200 anne']);
    expect(asked).toEqual(['good', 'good']);
    expect(keys.filter((key) => key.includes('hunter2'))).toEqual([]);
  });

  it('do not admit a token that was revoked', async () => {
    await start(new LocalState());
    expect([await get(0, 'good'), await get(1, 'good')]).toEqual(['200 anne', '200 anne']);
    await instances[0]?.app.get(AuthService).revoke({ jti: 'of good' });
    expect(await get(0, 'good')).toBe('401');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await get(1, 'good')).toBe('401');
  });

  it('are asked for by each instance while the shared state is away', async () => {
    const store = new LocalState();
    await start(store);
    const { get: stored } = store;
    store.get = (key) => (key.startsWith('revocations') ? stored.call(store, key) : Promise.reject(new Error('away')));
    expect([await get(0, 'good'), await get(1, 'good')]).toEqual(['200 anne', '200 anne']);
    expect(asked).toEqual(['good', 'good']);
  });
});
