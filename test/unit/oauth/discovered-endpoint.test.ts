import { DiscoveredEndpoint } from '../../../lib/oauth/discovered-endpoint.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('an endpoint that metadata name', () => {
  const found = (issuer: string, members: object, allowHttp?: boolean) => {
    const asked: number[] = [];
    const request = async (_url: URL, { maxBytes = 0 }) => {
      asked.push(maxBytes);
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ issuer, ...members })) };
    };
    const init = { member: 'token_endpoint', issuer, allowHttp, client: { request }, clock: new FakeClock(), warn: () => {} } as const;
    return new DiscoveredEndpoint(init).current().then(({ href }) => ({ href, asked }));
  };

  it('is never reached by http: where the document came over TLS, not even on this machine', async () => {
    const named = { token_endpoint: 'http://localhost:1/token' };
    await expect(found('https://idp.example', named)).rejects.toThrow('uses http:, so that answers can be changed on the network');
    expect(await found('http://localhost', named)).toMatchObject({ href: named.token_endpoint });
    expect(await found('https://idp.example', named, true)).toMatchObject({ href: named.token_endpoint });
    const secured = { token_endpoint: 'https://localhost:1/token' };
    expect(await found('https://idp.example', secured)).toMatchObject({ href: secured.token_endpoint });
  });

  it.each([{}, { token_endpoint: null }, { token_endpoint: ['https://idp.example/token'] }, { jwks_uri: 'https://idp.example/keys' }])(
    'is not found where the document has %j',
    async (members) => {
      await expect(found('https://idp.example', members)).rejects.toThrow('does not name a token_endpoint');
    },
  );

  it('is looked for in a document of at most 256 KiB', async () => {
    expect(await found('https://idp.example', { token_endpoint: 'https://idp.example/token' })).toMatchObject({ asked: [262_144] });
  });

  it('leads nowhere, and nothing is reported of it, when its connections are being closed', async () => {
    const [clock, warnings, issuer] = [new FakeClock(), [] as string[], 'https://idp.example'];
    let isDown = false;
    const request = async () => {
      if (isDown) throw new Error('down');
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ issuer, token_endpoint: `${issuer}/token` })) };
    };
    const warn = (message: string) => warnings.push(message);
    const made = () => new DiscoveredEndpoint({ member: 'token_endpoint', issuer, client: { request }, clock, warn });
    const [open, closing] = [made(), made()];
    await Promise.all([open.current(), closing.current()]);
    isDown = true;
    clock.passes(600);
    const both = Promise.all([open.current(), closing.current()]);
    closing.close();
    expect((await both).map(String)).toEqual([`${issuer}/token`, `${issuer}/token`]);
    expect(warnings).toEqual(['The metadata cannot be read again: down. The known token_endpoint stays in use.']);
    clock.passes(7200);
    await expect(closing.current()).rejects.toThrow('down');
  });
});
