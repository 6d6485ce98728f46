import { decodeJwt, decodeProtectedHeader } from 'jose';
import { directAuthentication } from '../../../lib/oauth/direct-authentication.js';
import { createSelfSigned } from '../../support/certificates.js';

describe('an assertion', () => {
  const assertionOf = async (more: object = {}, keyType: 'ec' | 'ed25519' = 'ec') => {
    const { keyPem: keyFile } = await createSelfSigned({ keyType });
    const sign = await directAuthentication({ method: 'private_key_jwt', clientId: 'me', keyFile, ...more }, 'https://idp.example/token');
    const body = new URLSearchParams();
    await sign(body, new Headers());
    const assertion = body.get('client_assertion') ?? '';
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  };

  it('is made for the server that is asked', async () => {
    expect((await assertionOf()).claims).toMatchObject({ iss: 'me', sub: 'me', aud: 'https://idp.example/token' });
  });

  it('is made for the audience of the config, where it has one', async () => {
    expect((await assertionOf({ audience: 'https://idp.example' })).claims).toMatchObject({ aud: 'https://idp.example' });
  });

  it('names its key, where that has a name', async () => {
    expect((await assertionOf({ keyId: 'k1' })).header).toEqual({ alg: 'ES256', kid: 'k1' });
    expect((await assertionOf()).header).toEqual({ alg: 'ES256' });
  });

  it('says EdDSA of a key for Ed25519, which all servers know', async () => {
    expect((await assertionOf({}, 'ed25519')).header).toEqual({ alg: 'EdDSA' });
  });
});

describe('the certificate of the connection', () => {
  it('authenticates the client, whose identifier is all that the request has', async () => {
    const sign = await directAuthentication({ method: 'tls_client_auth', clientId: 'me' }, 'https://idp.example/token');
    const [body, headers] = [new URLSearchParams(), new Headers()];
    await sign(body, headers);
    expect([[...body], [...headers]]).toEqual([[['client_id', 'me']], []]);
  });
});

describe('an identifier and a secret by HTTP Basic', () => {
  const sent = async (clientId: string, clientSecret: string) => {
    const sign = await directAuthentication({ method: 'client_secret_basic', clientId, clientSecret }, 'https://idp.example/token');
    const headers = new Headers();
    await sign(new URLSearchParams(), headers);
    return Buffer.from((headers.get('authorization') ?? '').replace(/^Basic /, ''), 'base64').toString('latin1');
  };

  it('are understood by servers that do not decode, where they are made of unreserved characters', async () => {
    expect(await sent('my-client_1.a~b', 'S-e_c.r~et')).toBe('my-client_1.a~b:S-e_c.r~et');
  });

  it.each(['a b', 'a+b', 'a%b', 'a:b', 'a&b=c', 'pässwörd ✓', "!'()*", '%2D', 'a/b?c#d@e'])(
    'are understood by servers that decode, as a form or as a URL: %s',
    async (secret) => {
      const [id = '', code = '', ...more] = (await sent(secret, secret)).split(':');
      expect(more).toEqual([]);
      for (const part of [id, code]) {
        expect(decodeURIComponent(part)).toBe(secret);
        expect(new URLSearchParams(`x=${part}`).get('x')).toBe(secret);
      }
    },
  );

  it('stop the boot where they cannot be encoded', async () => {
    await expect(sent('a', 'b\ud800')).rejects.toThrow('clientSecret: is not valid Unicode');
  });
});
