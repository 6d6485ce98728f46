import { TokenRefusedError } from '../../../lib/client/token-refused.error.js';
import { AuthConfigurationError } from '../../../lib/errors.js';
import type { AuthRequest } from '../../../lib/http/auth-request.js';
import { withoutHelp } from '../../support/without-help.js';
import { type FakeService, failureOf, json, workshop } from './setup.js';

const TOKENS = { tokenUrl: 'https://sts.example/token', clientId: 'gateway', clientSecret: 'hunter2' };
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function from(token: string | undefined, headers: Record<string, string> = {}): AuthRequest {
  const all = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  return { headers: all, rawHeaders: Object.entries(all).flat() };
}

describe('a client on behalf of a caller', () => {
  let work: ReturnType<typeof workshop>;
  let service: FakeService;
  beforeEach(async () => {
    work = workshop();
    service = await work.serve();
    work.endpoint.answer = ({ form }) =>
      json({
        access_token: `${form.subject_token}-${++work.endpoint.given}`,
        token_type: 'Bearer',
        issued_token_type: 'x',
        expires_in: 600,
      });
  });
  afterEach(() => work.close());

  const exchanging = (more: object = {}) =>
    work.client({ baseUrl: service.origin, auth: { oauth2TokenExchangeGrantConfig: { ...TOKENS, ...more } } });

  it('exchanges the caller’s token, as the config says', async () => {
    const config = {
      audience: ['orders', 'stock'],
      resource: 'https://orders.example',
      scopes: 'add_order',
      requestedTokenType: 'urn:ietf:params:oauth:token-type:jwt',
    };
    await (await exchanging(config)).onBehalfOf(from('alice')).fetch('/order', { method: 'POST', body: '{}' });
    expect([...(work.endpoint.asked[0]?.params ?? [])].sort()).toEqual([
      ['audience', 'orders'],
      ['audience', 'stock'],
      ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      ['requested_token_type', 'urn:ietf:params:oauth:token-type:jwt'],
      ['resource', 'https://orders.example'],
      ['scope', 'add_order'],
      ['subject_token', 'alice'],
      ['subject_token_type', 'urn:ietf:params:oauth:token-type:access_token'],
    ]);
    expect(service.received).toMatchObject([{ url: '/order', body: '{}', headers: { authorization: 'Bearer alice-1' } }]);
  });

  it('exchanges a token of any length that the guard admits', async () => {
    const long = 'a'.repeat(12_000);
    await (await exchanging()).onBehalfOf(from(long)).fetch('/');
    expect(work.endpoint.asked[0]?.form.subject_token).toBe(long);
  });

  it('keeps one token for each caller, with one exchange at a time', async () => {
    const gateway = await exchanging();
    const call = (token: string) => gateway.onBehalfOf(from(token)).fetch('/');
    await Promise.all([call('alice'), call('bob'), call('alice'), call('bob')]);
    await call('alice');
    expect(work.endpoint.asked.map(({ form }) => form.subject_token)).toEqual(['alice', 'bob']);
    expect([...service.authorizations].sort()).toEqual([
      'Bearer alice-1',
      'Bearer alice-1',
      'Bearer alice-1',
      'Bearer bob-2',
      'Bearer bob-2',
    ]);
    work.clock.now += 570_000;
    await call('alice');
    expect(service.authorizations.at(-1)).toBe('Bearer alice-3');
  });

  it('keeps no more tokens, and for no longer, than the config says', async () => {
    const gateway = await exchanging({ cacheConfig: { capacity: 2, defaultMaxAge: 60 } });
    const call = (token: string) => gateway.onBehalfOf(from(token)).fetch('/');
    for (const token of ['a', 'b', 'c', 'c', 'a']) await call(token);
    expect(work.endpoint.asked.map(({ form }) => form.subject_token)).toEqual(['a', 'b', 'c', 'a']);
    work.clock.now += 60_000;
    await call('a');
    expect(work.endpoint.asked).toHaveLength(5);
  });

  it('exchanges anew what the service refuses, for that caller alone', async () => {
    const gateway = await exchanging();
    const call = (token: string) => gateway.onBehalfOf(from(token)).fetch('/');
    await call('alice');
    await call('bob');
    service.answer = ({ headers }, response) => response.writeHead(headers.authorization === 'Bearer alice-1' ? 401 : 200).end();
    expect((await call('alice')).status).toBe(200);
    await call('bob');
    expect(service.authorizations.slice(2)).toEqual(['Bearer alice-1', 'Bearer alice-3', 'Bearer bob-2']);
  });

  it('takes a token of no type, as one that is no access token is called', async () => {
    work.endpoint.answer = () =>
      json({ access_token: 'jwt', token_type: 'N_A', issued_token_type: 'urn:ietf:params:oauth:token-type:jwt' });
    await (await exchanging()).onBehalfOf(from('alice')).fetch('/');
    expect(service.authorizations).toEqual(['Bearer jwt']);
  });

  it('says when the server does not like the caller’s token, without saying the token', async () => {
    work.endpoint.answer = () => json({ error: 'invalid_request', error_description: 'alice-secret' }, 400);
    const failure = await failureOf((await exchanging()).onBehalfOf(from('alice-secret')).fetch('/'));
    expect(failure).toBeInstanceOf(TokenRefusedError);
    expect(failure).toMatchObject({ client: 'inventory', reason: 'invalid_request' });
    expect(`${failure.stack} ${failure.cause}`).not.toContain('alice-secret');
  });

  it('goes on asking for other callers when one caller’s token is refused, and stops when the client itself is', async () => {
    const gateway = await exchanging();
    const call = (token: string) => gateway.onBehalfOf(from(token)).fetch('/');
    work.endpoint.answer = () => json({ error: 'invalid_grant' }, 400);
    for (let caller = 0; caller < 20; caller++) await failureOf(call(`caller-${caller}`));
    expect(work.endpoint.asked).toHaveLength(20);
    work.endpoint.answer = () => json({ error: 'invalid_client' }, 401);
    for (let caller = 0; caller < 20; caller++)
      expect(await failureOf(call(`caller-${caller}`))).toMatchObject({ reason: 'invalid_client' });
    expect(work.endpoint.asked).toHaveLength(21);
    expect(work.warnings).toHaveLength(1);
  });

  it.each([
    ['no credentials', from(undefined)],
    ['a password', { headers: { authorization: 'Basic eA==' }, rawHeaders: [] }],
    ['two tokens', { ...from('a'), rawHeaders: ['Authorization', 'Bearer a', 'authorization', 'Bearer b'] }],
  ])('refuses a caller with %s', async (_what, request) => {
    const gateway = await exchanging();
    expect(() => gateway.onBehalfOf(request)).toThrow(TokenRefusedError);
    expect(() => gateway.onBehalfOf(request)).toThrow(expect.objectContaining({ reason: 'no_caller_token' }));
  });

  it('does not exchange a token that is bound to a key of the caller', async () => {
    const gateway = await exchanging();
    const request = { headers: { authorization: 'DPoP bound' }, rawHeaders: ['Authorization', 'DPoP bound'] };
    expect(() => gateway.onBehalfOf(request)).toThrow(expect.objectContaining({ reason: 'bound_caller_token' }));
    expect(() => gateway.onBehalfOf(request)).toThrow(/bound to its key \(DPoP\)/);
  });

  it('does nothing without a caller', async () => {
    const failure = await failureOf((await exchanging()).fetch('/'));
    expect(failure).toBeInstanceOf(AuthConfigurationError);
    expect(withoutHelp(failure)).toBe('AuthClient "inventory" exchanges the token of a caller: call onBehalfOf(request).fetch(…).');
  });

  it('does not pass its own credentials off as the caller’s', async () => {
    const basic = await work.client({ baseUrl: service.origin, auth: { credentialsConfig: { username: 'a', password: 'b' } } });
    expect(() => basic.onBehalfOf(from('alice'))).toThrow(AuthConfigurationError);
  });

  describe('passes the trace on', () => {
    const traced = (headers: Record<string, string>) => from('alice', headers);
    const arrived = () => {
      const { traceparent, tracestate } = service.received.at(-1)?.headers ?? {};
      return { traceparent, tracestate };
    };

    it('with the caller’s token, and without', async () => {
      const request = traced({ traceparent: TRACEPARENT, tracestate: 'a=1,b=2' });
      await (await exchanging()).onBehalfOf(request).fetch('/');
      expect(arrived()).toEqual({ traceparent: TRACEPARENT, tracestate: 'a=1,b=2' });
      const open = await work.client({ baseUrl: service.origin, auth: false });
      await open.inTraceOf(request).fetch('/');
      expect(arrived()).toEqual({ traceparent: TRACEPARENT, tracestate: 'a=1,b=2' });
      expect(service.authorizations.at(-1)).toBeUndefined();
      await open.fetch('/');
      expect(arrived()).toEqual({});
    });

    it('from the raw request of Fastify', async () => {
      const open = await work.client({ baseUrl: service.origin, auth: false });
      await open.inTraceOf({ raw: traced({ traceparent: TRACEPARENT }) }).fetch('/');
      expect(arrived()).toEqual({ traceparent: TRACEPARENT });
    });

    it('unless the request has one of its own', async () => {
      const own = TRACEPARENT.replace('b7ad', 'aaaa');
      await (await exchanging()).onBehalfOf(traced({ traceparent: TRACEPARENT })).fetch('/', { headers: { traceparent: own } });
      expect(arrived()).toEqual({ traceparent: own });
    });

    it.each([
      ['none', {}],
      ['a state without a parent', { tracestate: 'a=1' }],
      ['zeros', { traceparent: '00-00000000000000000000000000000000-b7ad6b7169203331-01' }],
      ['version ff', { traceparent: TRACEPARENT.replace('00-', 'ff-') }],
      ['more than version 00 has', { traceparent: `${TRACEPARENT}-x` }],
      ['capitals', { traceparent: TRACEPARENT.toUpperCase() }],
    ])('but nothing of %s', async (_what, headers) => {
      await (await exchanging()).onBehalfOf(traced(headers)).fetch('/');
      expect(arrived()).toEqual({});
    });

    it('of later versions as a whole, and no state that is too long', async () => {
      const later = `01${TRACEPARENT.slice(2)}-more`;
      await (await exchanging()).onBehalfOf(traced({ traceparent: later, tracestate: `a=${'x'.repeat(600)}` })).fetch('/');
      expect(arrived()).toEqual({ traceparent: later });
    });
  });
});
