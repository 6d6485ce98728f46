import { createPublicKey } from 'node:crypto';
import { SYSTEM_CLOCK } from '../../lib/clock.js';
import { AuthUnavailableError } from '../../lib/errors.js';
import { requestOfAuthorization } from '../../lib/http/auth-request.js';
import { createOutgoingClient } from '../../lib/outgoing/outgoing-client.js';
import type {
  IntrospectionClientConfig,
  OAuth2IntrospectionConfig,
} from '../../lib/strategies/oauth2-introspection/oauth2-introspection.config.js';
import { prepareIntrospection } from '../../lib/strategies/oauth2-introspection/prepare.js';
import {
  type AuthorizationServer,
  CERTIFICATE_CLIENT_CN,
  CLIENT_SECRET,
  startAuthorizationServer,
} from '../support/authorization-server.js';
import { createSelfSigned, createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';

const KEY_TYPES = { RS256: 'rsa', PS256: 'rsa', ES256: 'ec', EdDSA: 'ed25519', Ed25519: 'ed25519' } as const;
type Algorithm = keyof typeof KEY_TYPES;

describe('an authorization server that asks who asks', () => {
  let ca: TestCa;
  let server: AuthorizationServer;
  let certificate: IssuedCertificate;
  let keys: Record<'rsa' | 'ec' | 'ed25519', string>;
  const warnings: string[] = [];
  beforeAll(async () => {
    ca = await createTestCa();
    certificate = await ca.issue({ cn: CERTIFICATE_CLIENT_CN });
    const own = await ca.issue();
    const [rsa, ec, ed25519] = await Promise.all((['rsa', 'ec', 'ed25519'] as const).map((keyType) => createSelfSigned({ keyType })));
    keys = { rsa: rsa!.keyPem, ec: ec!.keyPem, ed25519: ed25519!.keyPem };
    const jwks = { keys: Object.entries(keys).map(([kid, pem]) => ({ kid, ...createPublicKey(pem).export({ format: 'jwk' }) })) };
    server = await startAuthorizationServer({ tls: { key: own.keyPem, cert: own.certPem, ca: ca.certPem }, jwks });
  });
  afterAll(() => server?.close());
  beforeEach(() => {
    warnings.length = 0;
    server.requests.length = 0;
  });

  async function ask(clientConfig: IntrospectionClientConfig, token: string, more: Partial<OAuth2IntrospectionConfig> = {}) {
    const config = { url: server.introspectionUrl, ...more, clientConfig: { secureSocket: { cert: ca.certPem }, ...clientConfig } };
    const surroundings = { createClient: createOutgoingClient, clock: SYSTEM_CLOCK, warn: (message: string) => warnings.push(message) };
    const authenticator = await prepareIntrospection(config, 'sts', surroundings);
    try {
      return await authenticator.authenticate(requestOfAuthorization(`Bearer ${token}`));
    } finally {
      await authenticator.close();
    }
  }
  const failure = (...args: Parameters<typeof ask>) => ask(...args).catch((error: unknown) => error);
  const admitted = { outcome: 'accepted', principal: { username: 'alice' } };

  it.each([
    ['client_secret_basic', 'by_basic'],
    ['client_secret_post', 'by_post'],
  ] as const)('takes a secret by %s, with every character encoded', async (method, clientId) => {
    const { token } = await server.issue();
    expect(await ask({ auth: { method, clientId, clientSecret: CLIENT_SECRET } }, token)).toMatchObject(admitted);
  });

  it.each(Object.keys(KEY_TYPES) as Algorithm[])('takes an assertion signed with %s', async (algorithm) => {
    const keyType = KEY_TYPES[algorithm];
    const auth = { method: 'private_key_jwt', clientId: 'by_key', keyFile: keys[keyType], keyId: keyType, algorithm } as const;
    const { token } = await server.issue();
    expect(await ask({ auth: { ...auth, audience: server.issuer } }, token)).toMatchObject(admitted);
    expect(await ask({ auth }, token, { issuer: server.issuer })).toMatchObject(admitted);
  });

  it.each(['rsa', 'ec', 'ed25519'] as const)('takes an assertion signed with what fits a key of type %s', async (keyType) => {
    const auth = { method: 'private_key_jwt', clientId: 'by_key', keyFile: keys[keyType], audience: server.issuer } as const;
    expect(await ask({ auth }, (await server.issue()).token)).toMatchObject(admitted);
  });

  it('takes the certificate of the connection', async () => {
    const key = { certFile: certificate.certPem, keyFile: certificate.keyPem };
    const auth = { method: 'tls_client_auth', clientId: 'by_certificate' } as const;
    const { token } = await server.issue();
    expect(await ask({ auth, secureSocket: { cert: ca.certPem, key } }, token)).toMatchObject(admitted);
    const other = await ca.issue({ cn: 'somebody-else' });
    const wrong = { cert: ca.certPem, key: { certFile: other.certPem, keyFile: other.keyPem } };
    expect(await failure({ auth, secureSocket: wrong }, token)).toBeInstanceOf(AuthUnavailableError);
  });

  it('takes an access token of our own, which is got over the same TLS', async () => {
    const auth = {
      method: 'client_credentials',
      tokenUrl: server.tokenUrl,
      clientId: 'by_basic',
      clientSecret: CLIENT_SECRET,
      scopes: 'introspect',
    } as const;
    const { token } = await server.issue();
    expect(await ask({ auth }, token, { url: server.bearerIntrospectionUrl })).toMatchObject(admitted);
    expect(server.requests).toEqual(['/token', '/bearer-introspection']);
  });

  it('may revoke the access token of our own: another one is got, and the caller notices nothing', async () => {
    const auth = {
      method: 'client_credentials',
      tokenUrl: server.tokenUrl,
      clientId: 'by_post',
      clientSecret: CLIENT_SECRET,
      credentialBearer: 'POST_BODY_BEARER',
      scopes: ['introspect'],
    } as const;
    const config = { url: server.bearerIntrospectionUrl, clientConfig: { auth, secureSocket: { cert: ca.certPem } } };
    const surroundings = { createClient: createOutgoingClient, clock: SYSTEM_CLOCK, warn: (message: string) => warnings.push(message) };
    const authenticator = await prepareIntrospection(config, 'sts', surroundings);
    const request = requestOfAuthorization(`Bearer ${(await server.issue()).token}`);
    expect(await authenticator.authenticate(request)).toMatchObject(admitted);
    await server.revokeOwnTokens();
    expect(await authenticator.authenticate(request)).toMatchObject(admitted);
    expect(server.requests).toEqual(['/token', '/bearer-introspection', '/bearer-introspection', '/token', '/bearer-introspection']);
    await authenticator.close();
  });

  it.each([
    ['a wrong secret', () => ({ method: 'client_secret_basic', clientId: 'by_basic', clientSecret: 'wrong' }) as const],
    ['an unknown client', () => ({ method: 'client_secret_post', clientId: 'nobody', clientSecret: CLIENT_SECRET }) as const],
    [
      'a wrong secret for the token endpoint',
      () => ({ method: 'client_credentials', tokenUrl: server.tokenUrl, clientId: 'by_basic', clientSecret: 'wrong' }) as const,
    ],
  ])('refuses %s: that says nothing of the caller’s token, and the operator is told', async (_what, auth) => {
    const error = await failure({ auth: auth() }, (await server.issue()).token);
    expect(error).toBeInstanceOf(AuthUnavailableError);
    expect(warnings).toEqual([expect.stringMatching(/^sts \(oauth2IntrospectionConfig\): .*Check clientConfig\.auth\.$/)]);
    expect(warnings[0]).not.toContain('wrong');
  });

  it('is not trusted when another CA issued its certificate', async () => {
    const auth = { method: 'client_secret_basic', clientId: 'by_basic', clientSecret: CLIENT_SECRET } as const;
    const other = await createTestCa({ cn: 'Another CA' });
    const error = await failure({ auth, secureSocket: { cert: other.certPem } }, (await server.issue()).token);
    expect(error).toBeInstanceOf(AuthUnavailableError);
    expect(server.requests).toEqual([]);
  });
});
