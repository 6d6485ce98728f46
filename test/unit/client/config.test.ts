import type { ClientAuthConfig } from '../../../lib/client/auth-client.config.js';
import { AuthConfigurationError } from '../../../lib/errors.js';
import { createSelfSigned } from '../../support/certificates.js';
import { withoutHelp } from '../../support/without-help.js';
import { failureOf, workshop } from './setup.js';

const BASE = { baseUrl: 'https://inventory.example' };
const BASIC = { credentialsConfig: { username: 'orders', password: 'secret' } };
const TOKENS = { tokenUrl: 'https://idp.example/token', clientId: 'orders', clientSecret: 'hunter2' };
const grant = (config: object) => ({ ...BASE, auth: { oauth2ClientCredentialsGrantConfig: { ...TOKENS, ...config } } });
const issuer = (config: object) => ({ ...BASE, auth: { jwtIssuerConfig: config } });
const KEYS =
  'a client has exactly one of credentialsConfig, bearerTokenConfig, jwtIssuerConfig, oauth2ClientCredentialsGrantConfig, ' +
  'oauth2RefreshTokenGrantConfig, oauth2JwtBearerGrantConfig, oauth2TokenExchangeGrantConfig';

describe('the config of a client', () => {
  const { client, close, warnings } = workshop();
  let pem: string;
  beforeAll(async () => {
    pem = (await createSelfSigned({ keyType: 'ec' })).keyPem;
  });
  afterEach(close);

  const problemsOf = async (config: unknown) => {
    const error = await failureOf(client(config));
    expect(error).toBeInstanceOf(AuthConfigurationError);
    expect(error.message).not.toMatch(/hunter2|PRIVATE KEY/);
    return withoutHelp(error).split('\n');
  };

  it.each<[string, unknown, string]>([
    ['an unknown field', { ...BASE, auth: BASIC, baseURL: 'x' }, 'inventory.baseURL: is not a known field. Did you mean "baseUrl"?'],
    [
      'an unknown way',
      { ...BASE, auth: { jwtIsuerConfig: {} } },
      'inventory.auth.jwtIsuerConfig: is not a known field. Did you mean "jwtIssuerConfig"?',
    ],
    ...(['username', 'password'] as const).flatMap((field) =>
      ['a\nb', 'a\u0000b', 'a\tb', 'a\u007fb'].map((text): [string, unknown, string] => [
        `${JSON.stringify(text)} as a ${field}`,
        { ...BASE, auth: { credentialsConfig: { ...BASIC.credentialsConfig, [field]: text } } },
        `inventory.auth.credentialsConfig.${field}: must not contain control characters`,
      ]),
    ),
    [
      'two ways',
      { ...BASE, auth: { ...BASIC, bearerTokenConfig: { token: 't' } } },
      `inventory.auth: has credentialsConfig and bearerTokenConfig: ${KEYS}`,
    ],
    ['no way', { ...BASE, auth: {} }, `inventory.auth: is empty: ${KEYS}`],
    [
      'a setting that was not set',
      { ...BASE, auth: undefined },
      'inventory.auth: has no value: it must be an object. An environment variable may be missing. Leave the field out if it is not wanted.',
    ],
    [
      'nobody who calls',
      BASE,
      'inventory.auth: is needed: name one config, or present a certificate (clientConfig.secureSocket.key), or write auth: false for no authentication',
    ],
    [
      'nowhere to call',
      { auth: BASIC },
      'inventory.baseUrl: is needed (or allowedOrigins): credentials are sent nowhere else. A client that only sends messages has allowedOrigins: []',
    ],
    ['credentials in clear', { baseUrl: 'http://inventory.example', auth: BASIC }, 'inventory.baseUrl: uses http: for another machine'],
    ['a query in the base', { baseUrl: 'https://inventory.example/?a=1', auth: BASIC }, 'inventory.baseUrl: must not have a query'],
    [
      'a path in an origin',
      { allowedOrigins: ['https://a.example/', 'https://b.example/v1'], auth: BASIC },
      'inventory.allowedOrigins[1]: must be an origin without a path: https://api.example.com',
    ],
    [
      'two Authorization fields',
      { ...BASE, auth: BASIC, clientConfig: { customHeaders: { AUTHORIZATION: 'x' } } },
      'inventory.clientConfig.customHeaders: has an Authorization field, which auth writes too: leave one of them out',
    ],
    [
      'a colon in a user name',
      { ...BASE, auth: { credentialsConfig: { username: 'a:b', password: '' } } },
      'inventory.auth.credentialsConfig.username: must not contain a colon, which separates it from the password',
    ],
    [
      'a token that is none',
      { ...BASE, auth: { bearerTokenConfig: { token: 'hunter2\r\nX: y' } } },
      'inventory.auth.bearerTokenConfig.token: is not a bearer token',
    ],
    [
      'a secret that is missing',
      grant({ clientSecret: '' }),
      'inventory.auth.oauth2ClientCredentialsGrantConfig.clientSecret: must not be empty',
    ],
    [
      'a parameter twice',
      grant({ optionalParams: { scope: 'x' } }),
      'inventory.auth.oauth2ClientCredentialsGrantConfig.optionalParams.scope: is a parameter of the protocol, which has a field of its own',
    ],
    [
      'two names',
      grant({ clientConfig: { auth: { method: 'client_secret_basic', clientId: 'a', clientSecret: 'b' } } }),
      'inventory.auth.oauth2ClientCredentialsGrantConfig.clientConfig.auth: identifies the client, and so does clientId: leave one of them out',
    ],
    [
      'an unknown method',
      {
        ...BASE,
        auth: { oauth2ClientCredentialsGrantConfig: { tokenUrl: 'https://idp.example', clientConfig: { auth: { method: 'psk' } } } },
      },
      'clientConfig.auth.method: must be "client_secret_basic", "client_secret_post", "private_key_jwt" or "tls_client_auth"',
    ],
    [
      'nobody who asks',
      { ...BASE, auth: { oauth2TokenExchangeGrantConfig: { tokenUrl: 'https://idp.example' } } },
      'inventory.auth.oauth2TokenExchangeGrantConfig.clientId: is needed (or clientConfig.auth): the token endpoint must know the client',
    ],
    [
      'a token endpoint in clear',
      grant({ tokenUrl: 'http://idp.example' }),
      'inventory.auth.oauth2ClientCredentialsGrantConfig.tokenUrl: uses http: for another machine',
    ],
    [
      'the password grant',
      { ...BASE, auth: { oauth2PasswordGrantConfig: {} } },
      'inventory.auth.oauth2PasswordGrantConfig: is not supported: the password grant must not be used any more. Use oauth2ClientCredentialsGrantConfig',
    ],
    [
      'a JWT without a key',
      issuer({ issuer: 'orders' }),
      'inventory.auth.jwtIssuerConfig.signatureConfig: has no value: it must be an object',
    ],
    [
      'a short secret',
      issuer({ signatureConfig: { algorithm: 'HS512', config: 'hunter2' } }),
      'inventory.auth.jwtIssuerConfig.signatureConfig.config: is too short: a secret for HS512 must have at least 64 bytes',
    ],
    [
      'a secret for RSA',
      issuer({ signatureConfig: { algorithm: 'RS256', config: 'hunter2' } }),
      'inventory.auth.jwtIssuerConfig.signatureConfig.algorithm: must be "HS256", "HS384" or "HS512": config is a shared secret',
    ],
    [
      'a key for HMAC',
      issuer({ signatureConfig: { algorithm: 'HS256', config: { keyFile: 'k' } } }),
      'inventory.auth.jwtIssuerConfig.signatureConfig.algorithm: needs a shared secret: write it as config',
    ],
    [
      'a key file that is not there',
      issuer({ signatureConfig: { config: { keyFile: 'no.pem' } } }),
      'inventory.auth.jwtIssuerConfig.signatureConfig.config.keyFile: cannot read the file "no.pem"',
    ],
    [
      'a misspelt key',
      issuer({ signatureConfig: { config: { keyfile: 'no.pem' } } }),
      'inventory.auth.jwtIssuerConfig.signatureConfig.config.keyfile: is not a known field. Did you mean "keyFile"?',
    ],
    [
      'a claim that a field writes',
      issuer({ customClaims: { sub: 'x' }, signatureConfig: { config: 'x'.repeat(32) } }),
      'inventory.auth.jwtIssuerConfig.customClaims.sub: is not a custom claim: the field username writes it',
    ],
    [
      'a trust file that is not there',
      { ...BASE, auth: BASIC, clientConfig: { secureSocket: { cert: 'no.pem' } } },
      'inventory.clientConfig.secureSocket.cert: cannot read the file "no.pem"',
    ],
  ])('with %s stops the boot', async (_what, config, expected) => {
    expect(await problemsOf(config)).toContainEqual(expect.stringContaining(expected));
  });

  it('with a PEM for a secret, or an algorithm that does not fit the key, stops the boot', async () => {
    expect(await problemsOf(issuer({ signatureConfig: { config: pem } }))).toEqual([
      'inventory.auth.jwtIssuerConfig.signatureConfig.config: is a PEM text: write { keyFile }, which takes one',
    ]);
    expect(await problemsOf(issuer({ signatureConfig: { algorithm: 'RS256', config: { keyFile: pem } } }))).toEqual([
      'inventory.auth.jwtIssuerConfig.signatureConfig.algorithm: "RS256" does not fit the key in keyFile (ec).',
    ]);
  });

  it('tells of every mistake at once', async () => {
    expect(await problemsOf({ auth: { jwtIssuerConfig: { isuer: 'x' } }, timeout: 3 })).toEqual([
      'inventory.auth.jwtIssuerConfig.signatureConfig: has no value: it must be an object.',
      'inventory.auth.jwtIssuerConfig.isuer: is not a known field. Did you mean "issuer"?',
      expect.stringMatching(/^inventory\.timeout: is not a known field\./),
    ]);
  });

  it('names the fields of Ballerina that have no effect, once', async () => {
    await client({ ...grant({ clientConfig: { httpVersion: '2.0' } }), clientConfig: { httpVersion: '2.0' } });
    expect(warnings).toEqual(['AuthClient "inventory": Accepted and ignored: clientConfig.httpVersion.']);
  });

  it('tells of servers whose certificates are not verified', async () => {
    const clientConfig = { secureSocket: { disable: true } };
    await client({ ...grant({ clientConfig }), clientConfig });
    expect(warnings.slice(-2)).toEqual([
      expect.stringMatching(/^AuthClient "inventory": The certificate of the token endpoint is not verified/),
      expect.stringMatching(/^AuthClient "inventory": The certificate of the service is not verified/),
    ]);
  });

  it('with two ways, or none, does not compile', () => {
    const bearer: ClientAuthConfig = { bearerTokenConfig: { token: 't' } };
    // @ts-expect-error: two
    const two: ClientAuthConfig = { ...bearer, ...BASIC };
    // @ts-expect-error: none
    const none: ClientAuthConfig = {};
    expect([Object.keys(two), Object.keys(none)]).toEqual([['bearerTokenConfig', 'credentialsConfig'], []]);
  });

  it('may name no URL at all, for a client that only sends messages: it then fetches nothing', async () => {
    const messages = await client({ allowedOrigins: [], auth: BASIC });
    expect(await messages.rpcHeaders()).toMatchObject({ authorization: expect.stringContaining('Basic ') });
    await expect(messages.fetch('https://inventory.example/')).rejects.toMatchObject({ reason: 'forbidden_url' });
    await expect(messages.fetch('/')).rejects.toMatchObject({ reason: 'forbidden_url' });
  });

  it('may say that nobody calls', async () => {
    expect((await client({ ...BASE, auth: false })).name).toBe('inventory');
  });
});
