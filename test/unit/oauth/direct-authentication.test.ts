import { decodeJwt } from 'jose';
import { directAuthentication } from '../../../lib/oauth/direct-authentication.js';
import { createSelfSigned } from '../../support/certificates.js';

describe('an assertion', () => {
  const audienceOf = async (audience?: string) => {
    const { keyPem: keyFile } = await createSelfSigned({ keyType: 'ec' });
    const config = { method: 'private_key_jwt', clientId: 'me', keyFile, ...(audience !== undefined && { audience }) } as const;
    const sign = await directAuthentication(config, 'https://idp.example/token');
    const body = new URLSearchParams();
    await sign(body, new Headers());
    return decodeJwt(body.get('client_assertion') ?? '');
  };

  it('is made for the server that is asked', async () => {
    expect(await audienceOf()).toMatchObject({ iss: 'me', sub: 'me', aud: 'https://idp.example/token' });
  });

  it('is made for the audience of the config, where it has one', async () => {
    expect(await audienceOf('https://idp.example')).toMatchObject({ aud: 'https://idp.example' });
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
