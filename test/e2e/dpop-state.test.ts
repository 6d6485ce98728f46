import { Controller, Get } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type AuthModuleOptions, CurrentPrincipal, type Principal, ServiceAuth, type SharedState } from 'nest-service-auth';
import { describeAuth } from 'nest-service-auth/openapi';
import { startTestIssuer, type TestDpopClient, type TestIssuer } from 'nest-service-auth/testing';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { LocalState } from '../support/local-state.js';

@ServiceAuth({ auth: ['sts'] })
@Controller('order')
class OrderController {
  @Get()
  list(@CurrentPrincipal() { username }: Principal) {
    return username;
  }
}

/** Where clients call the application, whatever its port is. */
const PUBLIC = 'https://api.example.com';
const url = `${PUBLIC}/order`;

describe.each(ADAPTERS)('a token that is bound to a key, on %s', (adapter) => {
  let issuer: TestIssuer;
  let client: TestDpopClient;
  const running: RunningApp[] = [];
  beforeAll(async () => {
    issuer = await startTestIssuer({ audience: `${PUBLIC}/order` });
    client = await issuer.dpop();
  });
  afterAll(() => issuer.close());
  afterEach(async () => {
    for (const { app } of running.splice(0)) await app.close();
  });

  const introspection = () => ({
    oauth2IntrospectionConfig: { url: `${issuer.url}/introspect`, audience: url, cacheConfig: {}, dpop: 'accepted' as const },
  });
  const jwt = () => ({
    jwtValidatorConfig: {
      issuer: issuer.url,
      audience: url,
      signatureConfig: { jwksConfig: { url: `${issuer.url}/keys` } },
      dpop: 'accepted' as const,
    },
  });
  const start = async (options: AuthModuleOptions) => {
    const auth = { ...(options.resource === undefined && { publicUrl: PUBLIC }), eventSink: RecordingSink, ...options };
    const started = await startApp(adapter, appModule({ auth, controllers: [OrderController] }));
    running.push(started);
    return started;
  };
  const get = async (app: RunningApp, headers: object) => fetch(`${app.url}/order`, { headers: { ...headers } });
  const status = async (app: RunningApp, headers: object) => (await get(app, headers)).status;

  it('is introspected, and needs a proof with every request although the answer is remembered', async () => {
    const app = await start({ schemes: { sts: introspection() } });
    const token = await client.opaque();
    for (let round = 0; round < 2; round++) expect(await status(app, await client.headers(token, { url }))).toBe(200);
    expect(await status(app, { authorization: `DPoP ${token}` })).toBe(401);
    expect(await status(app, { authorization: `Bearer ${token}` })).toBe(401);
  });

  it.each([
    ['nothing', undefined],
    ['a certificate alone', { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' }],
  ])('is refused by introspection where its answer binds it to %s, as a bearer token too', async (_what, cnf) => {
    const app = await start({ schemes: { sts: introspection() } });
    const token = await client.opaque({ cnf });
    expect(await status(app, await client.headers(token, { url }))).toBe(401);
    expect(await status(app, { authorization: `Bearer ${token}` })).toBe(401);
    expect(eventsOf(app.app).map(({ steps }) => steps[0]?.reason)).toEqual(['wrong_type', 'wrong_type']);
  });

  it('is expected at the origin of the resource where there is no publicUrl', async () => {
    const app = await start({ schemes: { sts: jwt() }, resource: { url } });
    const token = await client.token();
    expect(await status(app, await client.headers(token, { url }))).toBe(200);
    expect(await status(app, await client.headers(token, { url: `${app.url}/order` }))).toBe(401);
  });

  it('is not expected at a name that a client forwards', async () => {
    const app = await start({ schemes: { sts: jwt() }, trustedProxies: ['127.0.0.1'] });
    const forwarded = { 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'https' };
    const token = await client.token();
    const there = await client.headers(token, { url: 'https://evil.example.com/order' });
    expect(await status(app, { ...there, ...forwarded })).toBe(401);
    expect(await status(app, { ...(await client.headers(token, { url })), ...forwarded })).toBe(200);
  });

  it('has a proof that two applications with one shared state accept once among a hundred requests', async () => {
    const sharedState = new LocalState();
    const apps = await Promise.all([start({ schemes: { sts: jwt() }, sharedState }), start({ schemes: { sts: jwt() }, sharedState })]);
    const headers = await client.headers(await client.token(), { url });
    const asked = Array.from({ length: 100 }, (_, index) => status(apps[index % 2] as RunningApp, headers));
    const answers = await Promise.all(asked);
    expect(answers.filter((each) => each === 200)).toHaveLength(1);
    expect(answers.filter((each) => each === 401)).toHaveLength(99);
  });

  it('has a nonce of one application that is good at the other, with one shared state', async () => {
    const sharedState = new LocalState();
    const sts = { jwtValidatorConfig: { ...jwt().jwtValidatorConfig, dpop: { mode: 'required', nonce: true } as const } };
    const [one, other] = [await start({ schemes: { sts }, sharedState }), await start({ schemes: { sts }, sharedState })];
    const token = await client.token();
    const nonce = (await get(one, await client.headers(token, { url }))).headers.get('dpop-nonce') ?? '';
    expect(await status(other, await client.headers(token, { url, nonce }))).toBe(200);
    expect(await status(other, await client.headers(token, { url, nonce: `${nonce}x` }))).toBe(401);
  });

  it('has a proof that is good again after the shared state was away: 503, and it is not used up', async () => {
    const state = new LocalState();
    let isAway = true;
    const add: SharedState['add'] = async (key, ttl) => (isAway ? Promise.reject(new Error('away')) : state.add(key, ttl));
    const store = { add, get: state.get.bind(state), set: state.set.bind(state), increment: state.increment.bind(state) };
    const app = await start({ schemes: { sts: jwt() }, sharedState: store });
    const headers = await client.headers(await client.token(), { url });
    expect(await status(app, headers)).toBe(503);
    isAway = false;
    expect([await status(app, headers), await status(app, headers)]).toEqual([200, 401]);
  });

  it('is described in OpenAPI beside a bearer token, or in its place', async () => {
    const describe = async (dpop: 'accepted' | 'required') => {
      const { app } = await start({ schemes: { sts: { jwtValidatorConfig: { ...jwt().jwtValidatorConfig, dpop } } } });
      const document = describeAuth(app, SwaggerModule.createDocument(app, new DocumentBuilder().build()));
      return [document.components?.securitySchemes, document.paths['/order']?.get?.security];
    };
    const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };
    const dpop = { type: 'http', scheme: 'dpop', bearerFormat: 'JWT' };
    expect(await describe('accepted')).toEqual([{ sts: bearer, sts_dpop: dpop }, [{ sts: [] }, { sts_dpop: [] }]]);
    expect(await describe('required')).toEqual([{ sts: dpop }, [{ sts: [] }]]);
  });
});
