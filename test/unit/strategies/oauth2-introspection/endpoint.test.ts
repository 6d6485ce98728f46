import { runInNewContext } from 'node:vm';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import { NO_AUTHENTICATION } from '../../../../lib/strategies/oauth2-introspection/client-credentials.js';
import { IntrospectionEndpoint } from '../../../../lib/strategies/oauth2-introspection/endpoint.js';
import { FakeNetwork, json } from './fake-endpoint.js';

const URL_OF_ENDPOINT = new URL('https://idp.example/introspect');

describe('an introspection endpoint', () => {
  const endpointOf = (
    network: FakeNetwork,
    locate: () => URL | Promise<URL>,
    authentication: { sign(body: URLSearchParams): void; isFixed?: boolean },
  ) =>
    new IntrospectionEndpoint({
      location: { name: URL_OF_ENDPOINT, locate, close: async () => {} },
      client: network.createClient(),
      authentication,
      parameters: { token_type_hint: 'access_token' },
    });

  it.each([
    [404, 1],
    [410, 1],
    [400, 0],
    [500, 0],
    [503, 0],
  ])('is looked for again where it answers %d: %d times', async (status, times) => {
    const network = new FakeNetwork();
    network.answer = () => json({}, status);
    let doubts = 0;
    const location = { name: URL_OF_ENDPOINT, locate: () => URL_OF_ENDPOINT, close: async () => {}, doubt: () => void doubts++ };
    const options = { client: network.createClient(), authentication: NO_AUTHENTICATION, parameters: {} };
    await expect(new IntrospectionEndpoint({ ...options, location }).ask('a')).rejects.toThrow(AuthUnavailableError);
    expect(doubts).toBe(times);
    const { doubt: _, ...fixed } = location;
    await expect(new IntrospectionEndpoint({ ...options, location: fixed }).ask('a')).rejects.toThrow(AuthUnavailableError);
  });

  it('is named in an error by its address, without the credentials that it repeats', async () => {
    const network = new FakeNetwork();
    network.answer = () => json({ error: 'invalid_request', error_description: 'hunter2 and t0ken are wrong' }, 400);
    const sign = (body: URLSearchParams) => body.set('client_secret', 'hunter2');
    const asked = endpointOf(network, () => new URL('?tenant=a', URL_OF_ENDPOINT), { sign }).ask('t0ken');
    const message = String(await asked.catch((error: unknown) => error));
    expect(message).toContain(`The introspection endpoint ${URL_OF_ENDPOINT.href} does not answer with 200 (400, invalid_request`);
    expect(message).toContain('are wrong');
    expect(message).not.toMatch(/hunter2|t0ken|tenant/);
  });

  it('that cannot be reached is looked for again', async () => {
    const network = new FakeNetwork();
    network.answer = () => Promise.reject(new AuthUnavailableError('nobody listens there'));
    let doubts = 0;
    const location = { name: URL_OF_ENDPOINT, locate: () => URL_OF_ENDPOINT, close: async () => {}, doubt: () => void doubts++ };
    const options = { client: network.createClient(), authentication: NO_AUTHENTICATION, parameters: {} };
    await expect(new IntrospectionEndpoint({ ...options, location }).ask('a')).rejects.toThrow('nobody listens there');
    expect(doubts).toBe(1);
  });

  it('is located by a promise of another realm, too', async () => {
    const network = new FakeNetwork();
    const elsewhere: (url: URL) => Promise<URL> = runInNewContext('async (url) => url');
    const endpoint = endpointOf(network, () => elsewhere(URL_OF_ENDPOINT), { sign: () => {}, isFixed: true });
    for (const token of ['a', 'b']) expect(await endpoint.ask(token)).toEqual({ active: false });
    expect(network.asked.map(({ url }) => url)).toEqual([URL_OF_ENDPOINT, URL_OF_ENDPOINT]);
  });

  it.each([
    ['once, where they are the same for every request', true, ['1', '1']],
    ['for each request, where they differ', false, ['1', '2']],
  ])('is given credentials that are made %s', async (_name, isFixed, expected) => {
    const network = new FakeNetwork();
    network.answer = () => json({ active: false });
    let made = 0;
    const sign = (body: URLSearchParams) => body.set('client_assertion', String(++made));
    const endpoint = endpointOf(network, () => URL_OF_ENDPOINT, { sign, isFixed });
    for (const token of ['a&b=c', 'd']) await endpoint.ask(token);
    expect(network.asked.map(({ form }) => form.client_assertion)).toEqual(expected);
    expect(network.asked.map(({ form }) => form.token)).toEqual(['a&b=c', 'd']);
  });
});
