import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Authenticator } from 'nest-service-auth';
import type { ClientConfig } from '../../../../lib/outgoing/client-config.js';
import { createKey, createSecret, goodClaims, mint } from '../../../support/tokens.js';
import { outcomeOf, prepareAsItIs, TestHost } from './setup.js';

const key = createKey('ES256');
const local = createSecret('HS256').secret;

/** An application with the option `outgoing`. */
class HostWithDefaults extends TestHost {
  constructor(override readonly outgoing: ClientConfig) {
    super();
  }
}

describe('the defaults for outgoing calls', () => {
  let server: Server;
  let issuer: string;
  let authenticators: Authenticator[];
  /** The header fields of every request, by path. */
  let asked: Map<string, IncomingHttpHeaders>;

  beforeEach(async () => {
    [asked, authenticators] = [new Map(), []];
    server = createServer((request, response) => {
      asked.set(request.url ?? '', request.headers);
      const body = request.url === '/keys' ? { keys: [key.jwk] } : { issuer, jwks_uri: `${issuer}/keys` };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    for (const authenticator of authenticators) await authenticator.close?.();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function open(config: object, outgoing: ClientConfig): Promise<Authenticator> {
    const authenticator = await prepareAsItIs({ audience: 'orders', ...config }, new HostWithDefaults(outgoing));
    authenticators.push(authenticator);
    return authenticator;
  }
  const sent = (name: string) => [...asked.values()].map((headers) => headers[name]);

  it('hold where keys are discovered with issuer and audience alone', async () => {
    const authenticator = await open({ issuer }, { customHeaders: { 'x-tenant': 'a' } });
    expect(await outcomeOf(authenticator, await mint(key, goodClaims({ iss: issuer })))).toBe('accepted');
    expect([...asked.keys()]).toEqual(['/.well-known/openid-configuration', '/keys']);
    expect(sent('x-tenant')).toEqual(['a', 'a']);
  });

  it('hold beside discoveryConfig, whose own fields win, and for a key set', async () => {
    const clientConfig = { customHeaders: { 'X-Tenant': 'b' } };
    const discovered = await open({ issuer, discoveryConfig: { clientConfig } }, { customHeaders: { 'x-tenant': 'a', 'x-more': 'c' } });
    expect(await outcomeOf(discovered, await mint(key, goodClaims({ iss: issuer })))).toBe('accepted');
    expect([sent('x-tenant'), sent('x-more')]).toEqual([
      ['b', 'b'],
      ['c', 'c'],
    ]);
    asked.clear();
    const signatureConfig = { jwksConfig: { url: `${issuer}/keys` } };
    const published = await open({ issuer, signatureConfig }, { customHeaders: { 'x-tenant': 'a' } });
    expect(await outcomeOf(published, await mint(key, goodClaims({ iss: issuer })))).toBe('accepted');
    expect([[...asked.keys()], sent('x-tenant')]).toEqual([['/keys'], ['a']]);
  });

  it.each<[string, object, string]>([
    ['no issuer', {}, 'signatureConfig: is required'],
    ['an issuer that is not checked', { issuer: null }, 'signatureConfig: is required'],
    ['an empty issuer', { issuer: '' }, 'issuer: '],
    ['an empty list of issuers', { issuer: [] }, 'issuer: must not be an empty list'],
    ['an issuer that is no URL', { issuer: 'wso2' }, 'signatureConfig: is required'],
    [
      'keys of its own and discoveryConfig',
      { issuer: 'wso2', signatureConfig: { secret: local }, discoveryConfig: {} },
      'discoveryConfig: ',
    ],
    ['a signatureConfig without a value', { issuer: 'https://a.example', signatureConfig: undefined }, 'signatureConfig: '],
  ])('do not hide the mistake of a config with %s', async (_, config, message) => {
    await expect(open(config, { timeout: 3 })).rejects.toThrow(message);
  });

  it('add nothing to a config with keys of its own', async () => {
    const authenticator = await open({ issuer: 'wso2', signatureConfig: { secret: local } }, { timeout: 3 });
    expect(authenticator.challenges).toHaveLength(1);
  });
});
