import { type CredentialForm, formsOf } from '../../../lib/http/credential-form.js';
import { tokenForms } from '../../../lib/http/token-source.js';

describe('how clients send credentials', () => {
  const key: CredentialForm = { kind: 'header', name: 'x-api-key' };

  it('is what the authenticator says of them, whatever it challenges with', () => {
    expect(formsOf({ credentials: [key], challenges: [{ scheme: 'ApiKey' }] })).toEqual([key]);
  });

  it.each([[undefined], [[]]])('is what its challenges say, where it says %j', (credentials) => {
    const challenges = [{ scheme: 'Basic' }, { scheme: 'ClientCertificate' }];
    expect(formsOf({ ...(credentials && { credentials }), challenges })).toEqual([
      { kind: 'authorization', scheme: 'basic' },
      { kind: 'certificate' },
    ]);
    expect(formsOf({ ...(credentials && { credentials }), challenges: [] })).toEqual([]);
  });

  it('is, for a token, by its sources, and with its format where that is known', () => {
    const sources = [{ header: 'AUTHORIZATION' }, { header: 'X-JWT-Assertion' }, { cookie: '__Host-token' }];
    const others = [
      { kind: 'header', name: 'X-JWT-Assertion' },
      { kind: 'cookie', name: '__Host-token' },
    ];
    expect(tokenForms(sources)).toEqual([{ kind: 'authorization', scheme: 'bearer' }, ...others]);
    expect(tokenForms(sources, 'JWT')).toEqual([{ kind: 'authorization', scheme: 'bearer', format: 'JWT' }, ...others]);
    expect(tokenForms(sources)[0]).not.toHaveProperty('format');
  });
});
