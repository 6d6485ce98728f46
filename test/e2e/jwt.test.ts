import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AuthEventSink, CurrentPrincipal, type Principal, ResourceAuth, type SchemeConfig, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, bootError, RecordingSink } from '../support/app.js';
import { startServer, type TestServer } from '../support/https-server.js';
import { createKey, goodClaims, mint, type SigningKey, segment } from '../support/tokens.js';

@ServiceAuth({ auth: ['sts'] })
@Controller('orders')
class OrdersController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: { scopes: 'cancel_order' } })
  @Get('cancel')
  cancel() {
    return 'cancelled';
  }

  @ResourceAuth({ auth: ['sts', 'keys'] })
  @Get('either')
  either(@CurrentPrincipal() who: Principal) {
    return who.method;
  }
}

describe.each(ADAPTERS)('JSON Web Tokens, on %s', (adapter) => {
  let sts: TestServer;
  let key: SigningKey;
  let isDown: boolean;
  let app: INestApplication;
  let url: string;
  let sink: RecordingSink;

  beforeAll(async () => {
    key = createKey('ES256');
    isDown = true;
    sts = await startServer((_, response) => void (isDown ? response.destroy() : response.end(JSON.stringify({ keys: [key.jwk] }))));
    const signatureConfig = { jwksConfig: { url: sts.url.href } };
    const schemes = {
      sts: { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig } },
      keys: { apiKeyConfig: { keys: { machine: [] } } },
    };
    ({ app, url } = await startApp(adapter, appModule({ auth: { schemes, eventSink: RecordingSink }, controllers: [OrdersController] })));
    sink = app.get<RecordingSink>(AuthEventSink);
  });
  afterAll(async () => {
    await app?.close();
    await sts?.close();
  });

  const get = (path: string, token?: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) } });

  it('are answered 503 while their keys cannot be had, another way in is open, and they are admitted when the keys are there', async () => {
    const token = await mint(key);
    const response = await get('/orders', token);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await get('/orders/either', token, { 'x-api-key': 'machine' })).status).toBe(200);
    isDown = false;
    let status = 503;
    while (status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      status = (await get('/orders', token)).status;
    }
    expect(status).toBe(200);
  });

  it('tell who comes', async () => {
    const response = await get('/orders', await mint(key, goodClaims({ nested: { deep: true } })));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      scheme: 'sts',
      method: 'jwt',
      username: 'john',
      scopes: ['add_order', 'update_order'],
      claims: { iss: 'https://sts.test', nested: { deep: true } },
    });
  });

  it('are not admitted where they lack the scope', async () => {
    const response = await get('/orders/cancel', await mint(key));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*error="insufficient_scope", scope="cancel_order"/);
    expect((await get('/orders/cancel', await mint(key, goodClaims({ scope: ['cancel_order'] })))).status).toBe(200);
  });

  it('are told from bad ones, which learn nothing but the code', async () => {
    sink.events.length = 0;
    const expired = await mint(key, goodClaims({ exp: 1 }));
    const unsigned = `${segment({ alg: 'none' })}.${segment(goodClaims())}.`;
    for (const token of [expired, unsigned, 'garbage', 'a.b.c']) {
      const response = await get('/orders', token);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"$/);
      expect(await response.json()).toEqual({ message: 'Unauthorized', statusCode: 401 });
    }
    const reasons = sink.events.flatMap(({ steps }) => steps.map(({ reason }) => reason));
    expect(reasons).toEqual(['expired', 'algorithm_not_allowed', 'malformed_token', 'malformed_token']);
    expect(JSON.stringify(sink.events)).not.toContain(expired);
  });

  it('are missed with a challenge that names no error', async () => {
    const response = await get('/orders');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]*"$/);
  });

  it('stop the boot where nothing could verify them, with the scheme and the cure', async () => {
    const schemes = { sts: { jwtValidatorConfig: { issuer: 'a' } } } as unknown as Record<string, SchemeConfig>;
    const error = await bootError(adapter, appModule({ auth: { schemes }, controllers: [OrdersController] }));
    expect(error.message).toContain('jwtValidatorConfig.signatureConfig: is required: give one of jwksConfig');
  });
});
