import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AuthEventSink, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, RecordingSink } from '../support/app.js';
import { type AuthorizationServer, CLIENT_SECRET, startAuthorizationServer } from '../support/authorization-server.js';

@ServiceAuth({ auth: ['fresh'] })
@Controller('fresh')
class FreshController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: { scopes: 'write' } })
  @Get('write')
  write() {
    return 'written';
  }
}

@ServiceAuth({ auth: ['remembered'] })
@Controller('remembered')
class RememberedController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

@ServiceAuth({ auth: ['strict'] })
@Controller('strict')
class StrictController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

@ServiceAuth({ auth: ['fresh', 'keys'] })
@Controller('either')
class EitherController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

describe.each(ADAPTERS)('tokens that an authorization server knows, on %s', (adapter) => {
  let server: AuthorizationServer;
  let app: INestApplication;
  let url: string;
  let sink: RecordingSink;
  beforeAll(async () => {
    server = await startAuthorizationServer();
    const auth = { method: 'client_secret_basic', clientId: 'by_basic', clientSecret: CLIENT_SECRET } as const;
    const introspection = { url: server.introspectionUrl, clientConfig: { auth } };
    const controllers = [FreshController, RememberedController, StrictController, EitherController];
    const schemes = {
      fresh: { oauth2IntrospectionConfig: { ...introspection, roleKey: 'realm_access.roles' } },
      remembered: { oauth2IntrospectionConfig: { ...introspection, cacheConfig: {} } },
      strict: { oauth2IntrospectionConfig: { ...introspection, issuer: server.issuer, audience: 'orders' } },
      keys: { apiKeyConfig: { keys: { machine: [] } } },
    };
    ({ app, url } = await startApp(adapter, appModule({ auth: { schemes, eventSink: RecordingSink }, controllers })));
    sink = app.get<RecordingSink>(AuthEventSink);
  });
  afterAll(async () => {
    await app?.close();
    await server?.close();
  });
  beforeEach(() => {
    server.requests.length = 0;
    sink.events.length = 0;
  });

  const get = (path: string, token?: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) } });

  it('are let in, and the whole answer tells who comes', async () => {
    const { token } = await server.issue({ sub: 'alice', scope: 'read write', extra: { realm_access: { roles: ['clerk'] }, tenant: 7 } });
    const response = await get('/fresh', token);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      scheme: 'fresh',
      method: 'introspection',
      username: 'alice',
      scopes: ['read', 'write'],
      roles: ['clerk'],
      claims: { active: true, tenant: 7, client_id: 'by_basic', iss: server.issuer, token_type: 'Bearer' },
    });
  });

  it('are not let in where they lack the scope', async () => {
    const { token } = await server.issue({ scope: 'read' });
    const response = await get('/fresh/write', token);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*error="insufficient_scope", scope="write"/);
    expect((await get('/fresh/write', (await server.issue({ scope: 'write' })).token)).status).toBe(200);
  });

  it('are told from others, which get 401 with the reason in the log alone', async () => {
    const response = await get('/fresh', 'made-up');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
    expect(await response.text()).not.toContain('inactive');
    expect(sink.events).toMatchObject([{ steps: [{ scheme: 'fresh', outcome: 'rejected', reason: 'inactive' }] }]);
  });

  it('are not missed without asking: no credentials, no question', async () => {
    const response = await get('/fresh');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).not.toContain('error');
    expect(server.requests).toEqual([]);
  });

  it.each(['x&token_type_hint=y', 'x%26y', 'x y'])('cannot smuggle a parameter in: %s', async (token) => {
    expect((await get('/fresh', token)).status).toBe(401);
    expect(server.requests).toEqual([]);
  });

  it('stop working at once when they are revoked, where nothing is remembered', async () => {
    const { token, revoke } = await server.issue();
    expect((await get('/fresh', token)).status).toBe(200);
    await revoke();
    expect((await get('/fresh', token)).status).toBe(401);
  });

  it('are asked about once, where answers are remembered', async () => {
    const { token } = await server.issue();
    for (let times = 0; times < 3; times++) expect((await get('/remembered', token)).status).toBe(200);
    expect(server.requests).toEqual(['/token/introspection']);
  });

  it('must be of the issuer and for the audience that are expected', async () => {
    expect((await get('/strict', (await server.issue({ aud: ['stock', 'orders'] })).token)).status).toBe(200);
    expect((await get('/strict', (await server.issue({ aud: 'stock' })).token)).status).toBe(401);
    expect((await get('/strict', (await server.issue()).token)).status).toBe(401);
    expect(sink.events.map(({ steps }) => steps[0]?.reason)).toEqual(['wrong_audience', 'wrong_audience']);
  });

  it('are refused without their certificate when they are bound to one', async () => {
    const { token } = await server.issue({ boundTo: 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' });
    expect((await get('/fresh', token)).status).toBe(401);
    expect(sink.events).toMatchObject([{ steps: [{ reason: 'certificate_mismatch' }] }]);
  });

  describe('while the server is down', () => {
    beforeEach(() => server.stop());
    afterEach(() => server.start());

    it('get 503 and not 401, and are let in again when it is back, with no restart', async () => {
      const { token } = await server.issue();
      const response = await get('/fresh', token);
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(sink.events).toMatchObject([{ status: 503, steps: [{ scheme: 'fresh', outcome: 'unavailable' }] }]);
      await server.start();
      expect((await get('/fresh', token)).status).toBe(200);
    });

    it('leave other ways in open', async () => {
      const { token } = await server.issue();
      expect((await get('/either', token)).status).toBe(503);
      const response = await get('/either', token, { 'x-api-key': 'machine' });
      expect(await response.json()).toMatchObject({ scheme: 'keys', username: 'machine' });
    });
  });
});
