import { parseConfig } from '../../../lib/config/schema.js';
import { chosenByMethod, directAuthSchemas, hasCertificateForAuth } from '../../../lib/oauth/client-auth.config.js';

describe('how this application authenticates to an authorization server', () => {
  const parse = (config: unknown) => parseConfig(chosenByMethod(directAuthSchemas), config);

  it.each([
    { method: 'client_secret_basic', clientId: 'me', clientSecret: 'x' },
    { method: 'client_secret_post', clientId: 'me', clientSecret: 'x' },
    { method: 'private_key_jwt', clientId: 'me', keyFile: 'key.pem', keyPassword: '', keyId: 'k', algorithm: 'ES256', audience: 'a' },
    { method: 'tls_client_auth', clientId: 'me' },
  ])('may be $method', (config) => {
    expect(parse(config)).toEqual(config);
    expect(() => parse({ ...config, clientId: '' })).toThrow('clientId: must not be empty');
    expect(() => parse({ ...config, secret: 'x' })).toThrow('secret: is not a known field');
  });

  it.each([{ method: 'client_secret_jwt', clientId: 'me' }, {}, null, 'client_secret_basic', { method: 'toString' }])(
    'stops the boot if it is %j',
    (config) => {
      expect(() => parse(config)).toThrow();
    },
  );

  it('stops the boot with the names of the methods, where it has none of them', () => {
    expect(() => parse({ method: 'client_secret_jwt' })).toThrow(/^method: .*"client_secret_basic".*"tls_client_auth"/);
  });

  it('needs a client certificate only where that is how it authenticates', () => {
    const auth = { method: 'tls_client_auth' };
    const key = { path: 'own.p12', password: 'x' };
    expect(hasCertificateForAuth({ auth, secureSocket: { key } })).toBe(true);
    expect(hasCertificateForAuth({ auth, secureSocket: { cert: 'ca.pem' } })).toBe(false);
    expect(hasCertificateForAuth({ auth })).toBe(false);
    expect([hasCertificateForAuth({}), hasCertificateForAuth({ auth: { method: 'client_secret_post' } })]).toEqual([true, true]);
  });
});
