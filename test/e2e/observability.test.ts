import { jest } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { type AdmissionEvent, AuthService, type DenialEvent, ServiceAuth } from 'nest-service-auth';
import { Authenticators } from '../../lib/plan/authenticators.js';
import { AuthGuard } from '../../lib/transport/auth.guard.js';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { type Behaviour, tell } from '../support/probe.strategy.js';
import { startRestartable } from '../support/restartable-server.js';
import { startTelemetry, type Telemetry } from '../support/telemetry.js';
import { createKey, goodClaims, mint } from '../support/tokens.js';

const key = createKey('ES256');
const admissions: AdmissionEvent[] = [];

class FullSink extends RecordingSink {
  override admitted(event: AdmissionEvent): void {
    admissions.push(event);
  }
}

@ServiceAuth({ auth: ['sts', 'a'] })
@Controller('two')
class TwoWaysController {
  @Get()
  find() {
    return trace.getActiveSpan()?.spanContext().spanId ?? 'none';
  }
}

@ServiceAuth({ auth: ['opaque'] })
@Controller('opaque')
class OpaqueController {
  @Get()
  find() {
    return 'found';
  }
}

/** What HTTP instrumentation does: everything that becomes of a request happens in a span of the server's. */
function withServerSpans(app: INestApplication): void {
  const tracer = trace.getTracer('server');
  app.use((_request: unknown, response: { once(event: string, listener: () => void): void }, next: () => void) =>
    tracer.startActiveSpan('server', (span) => {
      response.once('finish', () => span.end());
      next();
    }),
  );
}

describe.each(ADAPTERS)('with an OpenTelemetry SDK, on %s,', (adapter) => {
  let telemetry: Telemetry;
  let app: INestApplication;
  let url: string;
  let keys: Awaited<ReturnType<typeof startRestartable>>;
  let sts: Awaited<ReturnType<typeof startRestartable>>;

  beforeAll(async () => {
    keys = await startRestartable((_, response) => response.end(JSON.stringify({ keys: [key.jwk] })));
    sts = await startRestartable((_, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ active: true, sub: 'alice' })),
    );
    telemetry = startTelemetry();
    const auth = {
      schemes: {
        sts: { jwtValidatorConfig: { signatureConfig: { jwksConfig: { url: keys.url } } } },
        opaque: { oauth2IntrospectionConfig: { url: sts.url, cacheConfig: {} } },
        a: { probeConfig: { header: 'x-a' } },
      },
      eventSink: FullSink,
    };
    ({ app, url } = await startApp(adapter, appModule({ auth, controllers: [TwoWaysController, OpaqueController] }), {
      configure: withServerSpans,
    }));
  });
  beforeEach(() => {
    telemetry.spans();
    admissions.length = 0;
  });
  afterAll(async () => {
    await app.close();
    await telemetry.stop();
    await Promise.all([keys.stop(), sts.stop()].map((stopping) => stopping.catch(() => undefined)));
  });

  const bearer = async (changes = {}) => ({ authorization: `Bearer ${await mint(key, goodClaims(changes))}` });
  const get = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(`${url}/${path}`, { headers });
    return { status: response.status, text: await response.text() };
  };
  /** The span of the authentication, and the server's around it. */
  const observed = () => {
    const spans = telemetry.spans();
    const [own, ...more] = spans.filter(({ name }) => name === 'authenticate');
    const server = spans.find(({ name }) => name === 'server');
    if (own === undefined || server === undefined || more.length > 0) throw new Error(`${spans.length} spans, not one and the server's`);
    return { own, server };
  };
  const lastEvent = (): DenialEvent | undefined => eventsOf(app).at(-1);

  it('makes one span of an admission, within the span of the request, with the scheme and the outcome', async () => {
    expect(await get('two', await bearer())).toMatchObject({ status: 200 });
    const { own, server } = observed();
    expect(own.attributes).toEqual({
      'auth.route': 'TwoWaysController.find (GET /two)',
      'auth.scheme': 'sts',
      'auth.outcome': 'accepted',
    });
    expect(own.parentSpanContext?.spanId).toBe(server.spanContext().spanId);
    expect(own.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('has left the span when the handler runs', async () => {
    const { text } = await get('two', await bearer());
    const { own, server } = observed();
    expect(text).toBe(server.spanContext().spanId);
    expect(text).not.toBe(own.spanContext().spanId);
  });

  it('makes a span of a refusal that names what decided, and all that was tried', async () => {
    expect(await get('two', await bearer({ exp: 1 }))).toMatchObject({ status: 401 });
    const { own } = observed();
    expect(own.attributes).toMatchObject({ 'auth.scheme': 'sts', 'auth.outcome': 'rejected', 'auth.reason': 'expired' });
    expect(own.attributes['auth.steps']).toEqual(['sts rejected (expired)', 'a absent (no_credentials)']);
  });

  it.each<[string, Behaviour, SpanStatusCode, string | undefined]>([
    ['what the caller did wrong', { reject: 'bad', later: true }, SpanStatusCode.UNSET, undefined],
    ['what the server could not find out', { unavailable: 'down', later: true }, SpanStatusCode.ERROR, 'could_not_find_out'],
  ])('tells from the span %s', async (_, behaviour, code, errorType) => {
    await get('two', tell({ 'x-a': behaviour }));
    const { own } = observed();
    expect(own.status).toEqual({ code });
    expect(own.attributes['error.type']).toBe(errorType);
  });

  it('puts nothing of a credential or of a caller into a span', async () => {
    const headers = await bearer({ sub: 'somebody-private' });
    await get('two', headers);
    await get('two', { authorization: `${headers.authorization}x` });
    const seen = JSON.stringify(telemetry.spans().map(({ attributes, events, name }) => ({ attributes, events, name })));
    expect(seen).toContain('"sts"');
    expect(seen).not.toContain('somebody-private');
    for (const part of headers.authorization.slice(7).split('.')) expect(seen).not.toContain(part);
  });

  it('gives a denial, and an admission, the identifier of the trace', async () => {
    await get('two', tell({ 'x-a': { reject: 'bad' } }));
    expect(lastEvent()?.traceId).toBe(observed().own.spanContext().traceId);
    await get('two', tell({ 'x-a': { accept: { username: 'alice' } } }));
    const route = 'TwoWaysController.find (GET /two)';
    const { traceId } = observed().own.spanContext();
    expect(admissions).toEqual([{ transport: 'http', route, scheme: 'a', method: 'probe', username: 'alice', traceId }]);
  });

  it('counts decisions by scheme, outcome and reason, and measures how long they took', async () => {
    const rejection = { 'auth.scheme': 'a', 'auth.outcome': 'rejected' };
    const before = (await telemetry.valueOf('auth.duration', rejection)) ?? 0;
    await get('two', tell({ 'x-a': { reject: 'quite_new' } }));
    await get('two', tell({ 'x-a': { reject: 'quite_new', later: true } }));
    expect(await telemetry.valueOf('auth.requests', { ...rejection, 'auth.reason': 'quite_new' })).toBe(2);
    expect(await telemetry.valueOf('auth.duration', rejection)).toBe(before + 2);
    expect((await telemetry.series('auth.duration'))[0]?.unit).toBe('s');
  });

  it('counts what AuthService decides, and a request with two Authorization fields', async () => {
    const request = { headers: { authorization: 'Bearer a' }, rawHeaders: ['Authorization', 'Bearer a', 'Authorization', 'Bearer b'] };
    await expect(app.get(AuthService).authenticate(request, ['sts'])).rejects.toMatchObject({ code: 'ERR_AUTH_AMBIGUOUS_CREDENTIALS' });
    expect(await telemetry.valueOf('auth.requests', { 'auth.reason': 'ambiguous_credentials' })).toBe(1);
  });

  it('counts what caches knew, and how often keys were fetched', async () => {
    const lookups = (result: string) => telemetry.valueOf('auth.cache.lookups', { 'auth.scheme': 'sts', 'auth.cache.result': result });
    const [hits = 0, misses = 0] = [await lookups('hit'), await lookups('miss')];
    const headers = await bearer({ jti: adapter });
    for (const _ of [1, 2, 3]) await get('two', headers);
    expect([await lookups('hit'), await lookups('miss')]).toEqual([hits + 2, misses + 1]);
    const fetches = { 'auth.scheme': 'sts', 'auth.dependency': 'jwks', 'auth.result': 'success' };
    expect(await telemetry.valueOf('auth.dependency.calls', fetches)).toBe(1);
  });

  it('counts introspections, and says when the circuit breaker is open', async () => {
    const calls = (result: string) =>
      telemetry.valueOf('auth.dependency.calls', { 'auth.dependency': 'introspection', 'auth.result': result });
    const breaker = (state: string) => telemetry.valueOf('auth.circuit_breaker.status', { 'auth.circuit_breaker.state': state });
    expect(await get('opaque', { authorization: 'Bearer one' })).toMatchObject({ status: 200 });
    expect([await calls('success'), await calls('failure')]).toEqual([1, 0]);
    expect([await breaker('closed'), await breaker('open'), await breaker('half_open')]).toEqual([1, 0, 0]);
    await sts.stop();
    for (const token of ['a', 'b', 'c', 'd', 'e', 'f']) await get('opaque', { authorization: `Bearer ${token}` });
    expect([await calls('success'), await calls('failure')]).toEqual([1, 5]);
    expect([await breaker('closed'), await breaker('open'), await breaker('half_open')]).toEqual([0, 1, 0]);
  });

  it('still answers with exactly true, not a promise, where nothing had to be waited for', async () => {
    const asked = jest.spyOn(app.get(AuthGuard, { strict: false }), 'canActivate');
    expect(await get('two', tell({ 'x-a': { accept: {} } }))).toMatchObject({ status: 200 });
    expect(asked.mock.results).toEqual([{ type: 'return', value: true }]);
  });

  it('asks nothing more of an application that is closed', async () => {
    const brief = await startApp(adapter, appModule({}));
    const asked = jest.spyOn(brief.app.get(Authenticators, { strict: false }), 'all');
    await telemetry.series('auth.');
    expect(asked).toHaveBeenCalledTimes(1);
    await brief.app.close();
    await telemetry.series('auth.');
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

describe.each(ADAPTERS)('without an SDK, on %s,', (adapter) => {
  it('answers with exactly true and makes no span, not even for one that comes after the boot', async () => {
    const auth = {
      schemes: { sts: { jwtValidatorConfig: { signatureConfig: { jwks: { keys: [key.jwk] } } } }, a: { probeConfig: { header: 'x-a' } } },
    };
    const { app, url } = await startApp(
      adapter,
      appModule({ auth: { ...auth, eventSink: RecordingSink }, controllers: [TwoWaysController] }),
    );
    const telemetry = startTelemetry();
    try {
      const asked = jest.spyOn(app.get(AuthGuard, { strict: false }), 'canActivate');
      const authorization = `Bearer ${await mint(key)}`;
      expect((await fetch(`${url}/two`, { headers: { authorization } })).status).toBe(200);
      expect(asked.mock.results).toEqual([{ type: 'return', value: true }]);
      expect((await fetch(`${url}/two`)).status).toBe(401);
      expect(eventsOf(app).at(-1)).not.toHaveProperty('traceId');
      expect(telemetry.spans()).toEqual([]);
      expect(await telemetry.series('auth.')).toEqual([]);
    } finally {
      await app.close();
      await telemetry.stop();
    }
  });
});
