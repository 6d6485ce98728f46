import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AuthUnavailableError } from '../../../lib/errors.js';
import { startTelemetry, type Telemetry } from '../../support/telemetry.js';
import { type FakeService, json, workshop } from './setup.js';

const TOKEN_URL = 'https://idp.example/token?key=in-the-url';
const OWN = { tokenUrl: TOKEN_URL, clientId: 'orders', clientSecret: 'hunter2' };
const credentials = { oauth2ClientCredentialsGrantConfig: OWN };
const exchange = { oauth2TokenExchangeGrantConfig: OWN };
const CALLER = { headers: { authorization: 'Bearer of-alice' }, rawHeaders: ['Authorization', 'Bearer of-alice'] };
const NAMES = { 'auth.client': 'inventory', 'auth.grant': 'client_credentials' };

let work: ReturnType<typeof workshop>;
let service: FakeService;
beforeEach(async () => {
  work = workshop();
  service = await work.serve();
});
afterEach(() => work.close());

const calling = (auth: object) => work.client({ baseUrl: service.origin, auth });
const refusing = (error: string) => {
  work.endpoint.answer = () => json({ error }, 400);
};

it('asks for tokens without an SDK, and not for one that is started later', async () => {
  const inventory = await calling(credentials);
  const telemetry = startTelemetry();
  expect((await inventory.fetch('/')).status).toBe(200);
  expect([telemetry.spans(), await telemetry.series('auth.client')]).toEqual([[], []]);
  await telemetry.stop();
});

describe('with an SDK', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const counted = () => telemetry.series('auth.client');

  it('a request for a token is a span and is counted, the use of one that is held is not', async () => {
    const inventory = await calling(credentials);
    await Promise.all([1, 2, 3].map(() => inventory.fetch('/')));
    await inventory.fetch('/');
    const attributes = { ...NAMES, 'auth.outcome': 'obtained' };
    const spans = telemetry.spans();
    expect(spans).toMatchObject([{ name: 'obtain token', kind: SpanKind.INTERNAL, status: { code: SpanStatusCode.UNSET } }]);
    expect(spans[0]?.attributes).toEqual(attributes);
    expect(await counted()).toEqual([{ name: 'auth.client.token_requests', unit: '{request}', attributes, value: 1 }]);
  });

  it.each<[string, object]>([
    ['client_credentials', credentials],
    ['refresh_token', { oauth2RefreshTokenGrantConfig: { refreshUrl: TOKEN_URL, refreshToken: 'refresh-1', clientId: 'orders' } }],
    ['jwt_bearer', { oauth2JwtBearerGrantConfig: { ...OWN, assertion: 'an.asser.tion' } }],
    ['token_exchange', exchange],
  ])('the grant is called %s', async (grant, auth) => {
    const inventory = await calling(auth);
    await (grant === 'token_exchange' ? inventory.onBehalfOf(CALLER) : inventory).fetch('/');
    expect(telemetry.spans().map(({ attributes }) => attributes['auth.grant'])).toEqual([grant]);
    expect((await counted()).map(({ attributes }) => attributes['auth.grant'])).toEqual([grant]);
  });

  it('what goes over the wire for it belongs to its span, and that to the call that needed the token first', async () => {
    let during: string | undefined;
    work.endpoint.answer = () => {
      during = trace.getActiveSpan()?.spanContext().spanId;
      return json({ access_token: 'token-1', token_type: 'Bearer' });
    };
    const inventory = await calling(credentials);
    const calls = ['first', 'second'].map((name) =>
      trace.getTracer('test').startActiveSpan(name, async (span) => {
        await inventory.fetch('/');
        expect(trace.getActiveSpan()).toBe(span);
        span.end();
      }),
    );
    await Promise.all(calls);
    const spans = telemetry.spans();
    const obtained = spans.find(({ name }) => name === 'obtain token');
    const first = spans.find(({ name }) => name === 'first');
    expect(during).toBe(obtained?.spanContext().spanId);
    expect(obtained?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect(spans).toHaveLength(3);
  });

  it.each<[string, object, string]>([
    ['a client that is not known', credentials, 'invalid_client'],
    ['an own scope', credentials, 'invalid_scope'],
    ['a client that may not exchange', exchange, 'unauthorized_client'],
  ])('the refusal of %s is an error of this application', async (_whom, auth, error) => {
    refusing(error);
    const inventory = await calling(auth);
    await expect((auth === exchange ? inventory.onBehalfOf(CALLER) : inventory).fetch('/')).rejects.toMatchObject({ reason: error });
    const [span] = telemetry.spans();
    expect(span?.attributes).toMatchObject({ 'auth.outcome': 'refused', 'auth.reason': error, 'error.type': error });
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
  });

  it('the refusal of a caller’s token is no error, and its code no attribute of the metric', async () => {
    refusing('invalid_grant');
    const inventory = await calling(exchange);
    await expect(inventory.onBehalfOf(CALLER).fetch('/')).rejects.toMatchObject({ reason: 'invalid_grant' });
    const attributes = { 'auth.client': 'inventory', 'auth.grant': 'token_exchange', 'auth.outcome': 'refused' };
    const [span] = telemetry.spans();
    expect(span?.attributes).toEqual({ ...attributes, 'auth.reason': 'invalid_grant' });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(await counted()).toMatchObject([{ attributes, value: 1 }]);
  });

  it.each<[string, () => ReturnType<typeof json>, string]>([
    ['is not reached', () => unreachable(), 'unavailable'],
    ['is overloaded', () => json({}, 503), 'unavailable'],
    ['answers with something else', () => json({ hello: 'world' }), 'unusable_answer'],
  ])('it is unavailable where the token endpoint %s', async (_what, answer, type) => {
    work.endpoint.answer = answer;
    await expect((await calling(credentials)).fetch('/')).rejects.toBeInstanceOf(AuthUnavailableError);
    const [span] = telemetry.spans();
    expect(span?.attributes).toEqual({ ...NAMES, 'auth.outcome': 'unavailable', 'error.type': type });
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(await counted()).toMatchObject([{ attributes: { ...NAMES, 'auth.outcome': 'unavailable' }, value: 1 }]);
  });

  it('an endpoint that is left alone for some seconds is not asked, and so there is nothing to tell', async () => {
    work.endpoint.answer = unreachable;
    const inventory = await calling(credentials);
    for (let time = 0; time < 7; time++) await expect(inventory.fetch('/')).rejects.toBeInstanceOf(AuthUnavailableError);
    expect(telemetry.spans()).toHaveLength(5);
    expect(await telemetry.valueOf('auth.client.token_requests')).toBe(5);
  });

  it('nothing of it holds a token, a secret or a URL', async () => {
    const inventory = (await calling(exchange)).onBehalfOf(CALLER);
    await inventory.fetch('/');
    refusing('invalid_grant');
    work.clock.now += 3_600_000;
    await expect(inventory.fetch('/')).rejects.toThrow();
    const told = telemetry.spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    expect(told).toHaveLength(2);
    expect(JSON.stringify([told, await counted()])).not.toMatch(/of-alice|hunter2|token-1|idp\.example|in-the-url/);
  });
});

function unreachable(): never {
  throw new AuthUnavailableError(`POST ${TOKEN_URL}: nobody listens there`);
}
