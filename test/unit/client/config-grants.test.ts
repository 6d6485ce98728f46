import { AuthConfigurationError } from '../../../lib/errors.js';
import { withoutHelp } from '../../support/without-help.js';
import { failureOf, workshop } from './setup.js';

const TOKEN_URL = 'https://idp.example/token';
const TOKENS = { tokenUrl: TOKEN_URL, clientId: 'orders', clientSecret: 'hunter2' };
const NAMED = { clientConfig: { auth: { method: 'client_secret_basic', clientId: 'a', clientSecret: 'hunter2' } } };
const NEEDED = 'is needed (or clientConfig.auth): the token endpoint must know the client';
const TWICE = 'is a parameter of the protocol, which has a field of its own';

const credentials = (config: object) => ({ oauth2ClientCredentialsGrantConfig: config });
const refresh = (config: object) => ({ oauth2RefreshTokenGrantConfig: { refreshUrl: TOKEN_URL, refreshToken: 'hunter2', ...config } });
const assertion = (config: object) => ({ oauth2JwtBearerGrantConfig: { tokenUrl: TOKEN_URL, assertion: 'hunter2', ...config } });
const exchange = (config: object) => ({ oauth2TokenExchangeGrantConfig: { ...TOKENS, ...config } });
const issuer = (config: object) => ({ jwtIssuerConfig: { signatureConfig: { config: 's'.repeat(32) }, ...config } });
const signed = (config: object) => issuer({ signatureConfig: config });
const also = (parameter: string) => ({ optionalParams: { [parameter]: 'x' } });

describe('the auth of a client', () => {
  const { client, close } = workshop();
  afterEach(close);

  it.each<[string, object, string]>([
    [
      'an issuer beside the URL of the token endpoint',
      credentials({ ...TOKENS, issuer: 'https://idp.example' }),
      'oauth2ClientCredentialsGrantConfig.issuer: has no effect with the URL of the token endpoint: omit one of them',
    ],
    [
      'an issuer beside the URL for a refresh token',
      refresh({ clientId: 'orders', issuer: 'https://idp.example' }),
      'oauth2RefreshTokenGrantConfig.issuer: has no effect with the URL of the token endpoint: omit one of them',
    ],
    ...['clientId', 'clientSecret'].map((field): [string, object, string] => [
      `a ${field} beside another way to name the client`,
      credentials({ tokenUrl: TOKEN_URL, [field]: 'hunter2', ...NAMED }),
      'oauth2ClientCredentialsGrantConfig.clientConfig.auth: identifies the client, and so does clientId: leave one of them out',
    ]),
    [
      'a secret of nobody',
      credentials({ tokenUrl: TOKEN_URL, clientSecret: 'hunter2' }),
      `oauth2ClientCredentialsGrantConfig.clientId: ${NEEDED}`,
    ],
    [
      'a client without its secret',
      credentials({ tokenUrl: TOKEN_URL, clientId: 'orders' }),
      `oauth2ClientCredentialsGrantConfig.clientSecret: ${NEEDED}`,
    ],
    ['neither of them', credentials({ tokenUrl: TOKEN_URL }), `oauth2ClientCredentialsGrantConfig.clientId: ${NEEDED}`],
    [
      'a place for a secret that it does not have',
      refresh({ clientId: 'orders', credentialBearer: 'POST_BODY_BEARER' }),
      'oauth2RefreshTokenGrantConfig.credentialBearer: has no effect without clientSecret',
    ],
    [
      'two Authorization fields for the token endpoint',
      credentials({ ...TOKENS, clientConfig: { customHeaders: { AUTHORIZATION: 'hunter2' } } }),
      'oauth2ClientCredentialsGrantConfig.clientConfig.customHeaders: has an Authorization field, which clientSecret writes too: leave one of them out',
    ],
    [
      'a refresh token twice',
      refresh({ clientId: 'a', ...also('refresh_token') }),
      `oauth2RefreshTokenGrantConfig.optionalParams.refresh_token: ${TWICE}`,
    ],
    ['an assertion twice', assertion(also('assertion')), `oauth2JwtBearerGrantConfig.optionalParams.assertion: ${TWICE}`],
    ...['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'resource'].map((name): [string, object, string] => [
      `${name} twice`,
      exchange(also(name)),
      `oauth2TokenExchangeGrantConfig.optionalParams.${name}: ${TWICE}`,
    ]),
    ...[0, -1].map((expTime): [string, object, string] => [
      `tokens that live for ${expTime} s`,
      issuer({ expTime }),
      'jwtIssuerConfig.expTime: must be a number of seconds above 0',
    ]),
    ...[1n, { b: () => 1 }, [undefined]].map((a): [string, object, string] => [
      'a claim that JSON cannot carry',
      issuer({ customClaims: { a } }),
      'jwtIssuerConfig.customClaims.a: must be a value that JSON can carry',
    ]),
    [
      'a secret that is too short for the default algorithm',
      signed({ config: 'x'.repeat(31) }),
      'jwtIssuerConfig.signatureConfig.config: is too short: a secret for HS256 must have at least 32 bytes',
    ],
    [
      'a secret that is long enough for another algorithm only',
      signed({ algorithm: 'HS512', config: 'x'.repeat(63) }),
      'jwtIssuerConfig.signatureConfig.config: is too short: a secret for HS512 must have at least 64 bytes',
    ],
  ])('with %s stops the boot', async (_what, auth, expected) => {
    const error = await failureOf(client({ baseUrl: 'https://inventory.example', auth }));
    expect(error).toBeInstanceOf(AuthConfigurationError);
    expect(error.message).not.toContain('hunter2');
    expect(withoutHelp(error)).toBe(`inventory.auth.${expected}`);
  });

  it('that lives for ever stops the boot', async () => {
    const error = await failureOf(client({ baseUrl: 'https://inventory.example', auth: issuer({ expTime: Number.POSITIVE_INFINITY }) }));
    expect(withoutHelp(error)).toMatch(/^inventory\.auth\.jwtIssuerConfig\.expTime: /);
  });

  it.each<[string, object]>([
    ['an issuer in place of the URL', credentials({ ...TOKENS, tokenUrl: undefined, issuer: 'https://idp.example' })],
    [
      'an Authorization field for the token endpoint, beside a secret in the body',
      credentials({ ...TOKENS, credentialBearer: 'POST_BODY_BEARER', clientConfig: { customHeaders: { authorization: 'x' } } }),
    ],
    ['a public client with a refresh token', refresh({ clientId: 'orders' })],
    ['an assertion of nobody', assertion({})],
    ['the shortest secret', signed({ config: 'x'.repeat(32) })],
    ['the shortest secret of another algorithm', signed({ algorithm: 'HS512', config: 'x'.repeat(64) })],
    ['a short life', issuer({ expTime: 0.5 })],
    ['claims of every kind', issuer({ customClaims: { a: { b: [1, 'x', true, null] } } })],
  ])('may have %s', async (_what, auth) => {
    const [key, config] = Object.entries(auth)[0] as [string, Record<string, unknown>];
    const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
    expect((await client({ baseUrl: 'https://inventory.example', auth: { [key]: given } })).name).toBe('inventory');
  });

  it('is needed also where the rest is configured, and without it other code may write the Authorization field', async () => {
    const config = { baseUrl: 'https://inventory.example', clientConfig: { customHeaders: { authorization: 'x' } } };
    expect(withoutHelp(await failureOf(client(config)))).toMatch(/^inventory\.auth: is needed/);
    expect((await client({ ...config, auth: false })).name).toBe('inventory');
  });

  it('with a key that cannot be read says why in the cause', async () => {
    const error = await failureOf(client({ baseUrl: 'https://inventory.example', auth: signed({ config: { keyFile: 'no.pem' } }) }));
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });
});
