import { generateKeyPairSync } from 'node:crypto';
import { SYSTEM_CLOCK } from '../../../../lib/clock.js';
import { AuthConfigurationError } from '../../../../lib/errors.js';
import { createOutgoingClient } from '../../../../lib/outgoing/outgoing-client.js';
import { prepareIntrospection } from '../../../../lib/strategies/oauth2-introspection/prepare.js';
import { FakeNetwork, surroundings } from './fake-endpoint.js';

const URL_ = 'https://idp.example/introspect';
const rsa = (bits: number) =>
  generateKeyPairSync('rsa', {
    modulusLength: bits,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

async function problemsOf(config: unknown) {
  const error = await prepareIntrospection(config, 'sts', { createClient: createOutgoingClient, clock: SYSTEM_CLOCK, warn: () => {} }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AuthConfigurationError)) throw new Error(`no configuration error: ${error}`);
  return error.problems;
}

const withClient = (clientConfig: unknown) => ({ url: URL_, clientConfig });
const withAuth = (auth: object) => withClient({ auth: { clientId: 'me', ...auth } });

describe('a mistake in oauth2IntrospectionConfig', () => {
  it('is found before connections are prepared: cacheConfig.shared without sharedState', async () => {
    const network = new FakeNetwork();
    await expect(surroundings(network).prepare({ url: URL_, cacheConfig: { shared: true } })).rejects.toThrow('cacheConfig.shared');
    expect(network.clients).toEqual([]);
  });

  it.each([
    ['nothing at all', undefined, '', /object/],
    ['no URL', {}, 'url', /has no value/],
    ['a URL without a scheme', { url: 'localhost:9445/oauth2/introspect' }, 'url', /absolute URL that begins with https/],
    ['http to another machine', { url: 'http://idp.example/introspect' }, 'url', /allowHttp/],
    ['an unknown field', { url: URL_, scopekey: 'scp' }, 'scopekey', /"scopeKey"/],
    ['an empty audience', { url: URL_, audience: [] }, 'audience', /must not be an empty list/],
    ['a negative time', { url: URL_, defaultTokenExpTime: -1 }, 'defaultTokenExpTime', /0 or more/],
    ['a parameter that is not text', { url: URL_, optionalParams: { a: 1 } }, 'optionalParams.a', /must be a string/],
    ['a second token', { url: URL_, optionalParams: { token: 'x' } }, 'optionalParams.token', /parameter of the protocol, which/],
    ['a custom payload', withClient({ customPayload: 'a=b' }), 'clientConfig.customPayload', /optionalParams/],
    ['a client field that is misspelled', withClient({ timeOut: 3 }), 'clientConfig.timeOut', /"timeout"/],
    ['an empty secure socket', withClient({ secureSocket: {} }), 'clientConfig.secureSocket', /is empty/],
    ['a CA file that is not there', withClient({ secureSocket: { cert: 'no.pem' } }), 'clientConfig.secureSocket.cert', /no such file/],
    [
      'a CA file that is not there, also for the token endpoint',
      withClient({
        secureSocket: { cert: 'no.pem' },
        auth: { method: 'client_credentials', clientId: 'me', clientSecret: 's', tokenUrl: URL_ },
      }),
      'clientConfig.secureSocket.cert',
      /no such file/,
    ],
    ['no method', withAuth({}), 'clientConfig.auth.method', /"client_secret_basic".*"client_credentials"/],
    ['a grant that is gone', withAuth({ method: 'password', username: 'u' }), 'clientConfig.auth.method', /"client_credentials"/],
    ['no secret', withAuth({ method: 'client_secret_post' }), 'clientConfig.auth.clientSecret', /has no value/],
    ['tls_client_auth without a key', withAuth({ method: 'tls_client_auth' }), 'clientConfig.secureSocket.key', /client certificate/],
    ['a key that is not there', withAuth({ method: 'private_key_jwt', keyFile: 'no.pem' }), 'clientConfig.auth.keyFile', /no such file/],
    [
      'something else than a key',
      withAuth({ method: 'private_key_jwt', keyFile: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' }),
      'clientConfig.auth.keyFile',
      /^the private key in the PEM text cannot be read/,
    ],
    ['a weak key', withAuth({ method: 'private_key_jwt', keyFile: rsa(1024) }), 'clientConfig.auth.keyFile', /2048 bits/],
    [
      'an algorithm that does not fit the key',
      withAuth({ method: 'private_key_jwt', keyFile: rsa(2048), algorithm: 'ES256' }),
      'clientConfig.auth.algorithm',
      /"ES256" does not fit/,
    ],
    [
      'a token endpoint without a scheme',
      withAuth({ method: 'client_credentials', clientSecret: 's', tokenUrl: 'idp/token' }),
      'clientConfig.auth.tokenUrl',
      /absolute URL/,
    ],
    [
      'two who write the Authorization field',
      withClient({
        customHeaders: { authorization: 'Basic x' },
        auth: { method: 'client_secret_basic', clientId: 'a', clientSecret: 'b' },
      }),
      'clientConfig.customHeaders',
      /leave one of them out/,
    ],
    [
      'two who write the Authorization field, one of them with a token',
      withClient({
        customHeaders: { Authorization: 'Basic x' },
        auth: { method: 'client_credentials', clientId: 'me', clientSecret: 's', tokenUrl: URL_ },
      }),
      'clientConfig.customHeaders',
      /leave one of them out/,
    ],
  ])('is named: %s', async (_what, config, path, message) => {
    expect(await problemsOf(config)).toContainEqual({ path, message: expect.stringMatching(message) });
  });

  it.each(['token', 'client_id', 'client_secret', 'grant_type', 'scope'])('is a second %s in the request for a token', async (name) => {
    const auth = { method: 'client_credentials', clientSecret: 's', tokenUrl: URL_, optionalParams: { [name]: 'x', resource: 'y' } };
    const path = `clientConfig.auth.optionalParams.${name}`;
    expect(await problemsOf(withAuth(auth))).toEqual([{ path, message: expect.stringMatching(/parameter of the protocol, which/) }]);
  });

  it('is not an Authorization field beside credentials that are sent in the body', async () => {
    const auth = { method: 'client_secret_post', clientId: 'me', clientSecret: 's' };
    const { prepare } = surroundings(new FakeNetwork());
    await expect(prepare(withClient({ customHeaders: { authorization: 'Basic x' }, auth }))).resolves.toBeDefined();
  });

  it('does not repeat a secret', async () => {
    const problems = await problemsOf({
      ...withAuth({ method: 'client_secret_post', clientSecret: 'hunter2' }),
      url: 'http://u:hunter2@h',
    });
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('is no mistake where it is Ballerina’s and has no effect here, and is named in one line', async () => {
    const { prepare, warnings } = surroundings(new FakeNetwork());
    await prepare({
      url: URL_,
      cacheConfig: { capacity: 10, evictionFactor: 0.25, evictionPolicy: 'LRU', defaultMaxAge: -1, cleanupInterval: 3600 },
      clientConfig: { httpVersion: 'HTTP_2' },
    });
    expect(warnings).toEqual([
      'sts (oauth2IntrospectionConfig): Accepted and ignored: cacheConfig.evictionFactor, cacheConfig.evictionPolicy, cacheConfig.cleanupInterval, clientConfig.httpVersion.',
    ]);
  });
});

it('tells at boot of servers whose certificates are not verified', async () => {
  const secureSocket = { disable: true };
  const credentials = { method: 'client_credentials', clientId: 'me', clientSecret: 'x', tokenUrl: 'https://idp.example/token' };
  const warningsOf = async (clientConfig: object) => {
    const { prepare, warnings } = surroundings(new FakeNetwork());
    await prepare({ url: URL_, clientConfig });
    return warnings.map((warning) => /The certificate of (the \w+ endpoint) is not verified/.exec(warning)?.[1]);
  };
  expect(await warningsOf({ secureSocket })).toEqual(['the introspection endpoint']);
  expect(await warningsOf({ secureSocket, auth: credentials })).toEqual(['the introspection endpoint', 'the token endpoint']);
  expect(await warningsOf({ auth: { ...credentials, clientConfig: { secureSocket } } })).toEqual(['the token endpoint']);
  expect(await warningsOf({ secureSocket, auth: { ...credentials, clientConfig: { timeout: 1 } } })).toEqual([
    'the introspection endpoint',
  ]);
  expect(await warningsOf({ secureSocket: { disable: false } })).toEqual([]);
});
