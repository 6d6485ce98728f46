import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import type { Authenticator } from 'nest-service-auth';
import { requestOfAuthorization } from '../../../../lib/http/auth-request.js';
import { LocalReplayMemory } from '../../../../lib/memory/replay-memory.js';
import { DpopProofs } from '../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { OAuth2IntrospectionStrategy } from '../../../../lib/strategies/oauth2-introspection/oauth2-introspection.strategy.js';
import { prepareIntrospection } from '../../../../lib/strategies/oauth2-introspection/prepare.js';
import { StrategyHost } from '../../../../lib/strategies/strategy.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { LocalState } from '../../../support/local-state.js';
import { dpopRequest, type ProvingClient, provingClient } from '../../../support/proofs.js';
import { FakeNetwork, json, surroundings } from './fake-endpoint.js';

const URL_ = 'https://idp.example/introspect';
const ISSUER = 'https://idp.example';
const request = requestOfAuthorization('Bearer t');
const refuses = { timeout: 1, onUnavailable: { logins: 'refuse', dpop: 'refuse' } } as const;
const proofs = () => new DpopProofs({ publicUrl: ['https://api.test'], trustedProxies: [], memory: new LocalReplayMemory() });

describe('answers that instances share', () => {
  const client = (clientId: string) => ({ auth: { method: 'client_secret_basic', clientId, clientSecret: 's' } });
  const anonymous = { url: URL_, cacheConfig: { shared: true } };
  const config = { ...anonymous, clientConfig: client('me') };
  /** How often two configs together ask, each with a network of its own. */
  async function asked(one: object, other: object, scheme: string) {
    const network = new FakeNetwork();
    const clock = new FakeClock();
    const state = new LocalState(100, clock);
    for (const [given, name] of [[one, 'sts'] as const, [other, scheme] as const]) {
      const place = { createClient: network.createClient, clock, warn: () => undefined };
      await (await prepareIntrospection(given, name, place, { sharedState: { state, ...refuses } })).authenticate(request);
    }
    return network.asked.length;
  }

  it('are those of the same scheme, endpoint, question and client', async () => {
    expect(await asked(config, config, 'sts')).toBe(1);
    expect(await asked({ ...anonymous, clientConfig: { timeout: 3 } }, anonymous, 'sts')).toBe(1);
  });

  it.each<[string, string, object]>([
    ['scheme', 'other', config],
    ['endpoint', 'sts', { ...config, url: 'https://other.example/introspect' }],
    ['issuer', 'sts', { ...config, issuer: ISSUER }],
    ['kind of token', 'sts', { ...config, tokenTypeHint: null }],
    ['tenant', 'sts', { ...config, optionalParams: { tenant: 'a' } }],
    ['client', 'sts', { ...config, clientConfig: client('somebody') }],
    ['client, where it has no name', 'sts', anonymous],
  ])('are not those of another %s', async (_, scheme, other) => {
    expect(await asked(config, other, scheme)).toBe(2);
  });
});

describe('a signed assertion of this application', () => {
  const keyFile = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

  it.each<[string, object]>([
    [URL_, {}],
    [ISSUER, { issuer: ISSUER }],
  ])('is made anew for each question, for %s', async (audience, config) => {
    const network = new FakeNetwork();
    const auth = { method: 'private_key_jwt', clientId: 'me', keyFile };
    const authenticator = await surroundings(network, Date.now()).prepare({ url: URL_, ...config, clientConfig: { auth } });
    for (const token of ['a', 'b']) await authenticator.authenticate(requestOfAuthorization(`Bearer ${token}`));
    const assertions = network.asked.map(({ form }) => String(form.client_assertion));
    expect(new Set(assertions).size).toBe(2);
    expect(assertions.map((each) => decodeJwt(each).aud)).toEqual([audience, audience]);
  });
});

it('a fixed credential that the endpoint refuses is an outage, and is not sent again', async () => {
  const network = new FakeNetwork();
  network.answer = () => json({}, 401);
  const auth = { method: 'client_secret_basic', clientId: 'me', clientSecret: 's' };
  const authenticator = await surroundings(network).prepare({ url: URL_, clientConfig: { auth } });
  await expect(authenticator.authenticate(request)).rejects.toThrow('refuses the credentials of this application (401)');
  expect(network.asked).toHaveLength(1);
});

it('an answer with a username alone names the caller by it', async () => {
  const network = new FakeNetwork();
  network.answer = () => json({ active: true, username: 'alice' });
  const authenticator = await surroundings(network).prepare({ url: URL_ });
  expect(await authenticator.authenticate(request)).toMatchObject({ principal: { username: 'alice' } });
});

it('the defaults for outgoing calls hold for the introspection endpoint and the token endpoint', async () => {
  const network = new FakeNetwork();
  const auth = { method: 'client_credentials', tokenUrl: `${ISSUER}/token`, clientId: 'me', clientSecret: 's', clientConfig: {} };
  const place = { createClient: network.createClient, clock: new FakeClock(), warn: () => undefined, defaults: { timeout: 7 } };
  await prepareIntrospection({ url: URL_, clientConfig: { auth } }, 'sts', place);
  expect(network.clients).toEqual([{ timeout: 7 }, { timeout: 7 }]);
});

it.each([
  [{}, []],
  [{ issuer: ISSUER }, [ISSUER]],
])('with %j the metadata of the application names %j as its authorization servers', async (config, issuers) => {
  const authenticator = await surroundings(new FakeNetwork()).prepare({ url: URL_, ...config });
  expect((authenticator as Authenticator).accessTokens).toStrictEqual({ issuers });
});

describe('the strategy', () => {
  let server: Server;
  let client: ProvingClient;
  let asked: IncomingHttpHeaders[];
  let authenticator: Authenticator | undefined;
  beforeAll(async () => {
    client = await provingClient();
    server = createServer((incoming, response) => {
      asked.push(incoming.headers);
      const answer = { active: true, sub: 'alice', token_type: 'DPoP', cnf: { jkt: client.jkt } };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    asked = [];
  });
  afterEach(() => authenticator?.close?.());
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  class Host extends StrategyHost {
    readonly lines: string[] = [];
    readonly trustedProxies = [];
    override readonly maxTokenLength = 20;
    override readonly outgoing = { customHeaders: { 'x-tenant': 'a' } };
    override readonly sharedState = { state: new LocalState(), ...refuses };
    warn(line: string) {
      this.lines.push(line);
    }
  }

  it('goes by what the application gives to it: proofs, the shared state, defaults, the length of tokens', async () => {
    const host = new Host();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`;
    const config = { url, dpop: 'accepted', cacheConfig: { shared: true, evictionFactor: 0.5 } } as const;
    authenticator = await new OAuth2IntrospectionStrategy(host, proofs()).prepare(config, 'sts');
    const proof = client.proof({ htm: 'GET', htu: 'https://api.test/order', token: 'a' });
    expect(await authenticator.authenticate(dpopRequest('a', [proof]))).toMatchObject({ outcome: 'accepted' });
    expect(await authenticator.authenticate(dpopRequest('a', [proof]))).toMatchObject({ outcome: 'rejected' });
    expect(await authenticator.authenticate(requestOfAuthorization('Bearer a'))).toMatchObject({ outcome: 'rejected' });
    expect(asked).toEqual([expect.objectContaining({ 'x-tenant': 'a' })]);
    const long = { method: 'GET', headers: { authorization: `Bearer ${'a'.repeat(21)}` } };
    expect(await authenticator.authenticate(long as never)).toMatchObject({ reason: 'too_long' });
    expect(host.lines).toEqual([expect.stringContaining('cacheConfig.evictionFactor')]);
  });

  it('needs nothing of the application', async () => {
    const host = Object.assign(new Host(), { outgoing: undefined, sharedState: undefined });
    authenticator = await new OAuth2IntrospectionStrategy(host as never).prepare({ url: URL_ }, 'sts');
    expect(authenticator.challenges).toEqual([{ scheme: 'Bearer' }]);
  });
});
