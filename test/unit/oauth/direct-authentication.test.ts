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
