import { decodeJwt } from 'jose';
import { locationOf } from '../../../lib/oauth/endpoint-location.js';
import { openTokenEndpoint } from '../../../lib/oauth/token-endpoint.js';
import type { ClientConfig } from '../../../lib/outgoing/client-config.js';
import type { OutgoingClient } from '../../../lib/outgoing/outgoing-client.js';
import { createSelfSigned } from '../../support/certificates.js';
import { FakeClock } from '../../support/fake-clock.js';

const ISSUER = 'https://idp.example';

/** An issuer whose document names `endpoint`, if there is one, and the clients that are made for it. */
function world(endpoint: () => string | undefined = () => `${ISSUER}/token`) {
  const made: ClientConfig[] = [];
  const asked: string[] = [];
  const warnings: string[] = [];
  let closed = 0;
  const createClient = (config: ClientConfig = {}): OutgoingClient => {
    made.push(config);
    return {
      request: async ({ href }) => {
        asked.push(href);
        return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ issuer: ISSUER, token_endpoint: endpoint() })) };
      },
      close: async () => {
        closed++;
      },
    };
  };
  const clock = new FakeClock();
  const warn = (message: string) => void warnings.push(message);
  return { made, asked, warnings, clock, closed: () => closed, surroundings: { createClient, clock, warn } };
}

const located = (given: { readonly url?: string; readonly issuer?: string }, clientConfig: ClientConfig = {}, around = world()) =>
  locationOf({ field: 'tokenUrl', member: 'token_endpoint', clientConfig, ...given }, around.surroundings);

describe('the place of an endpoint', () => {
  it('is the URL of the config, for which nothing is asked', async () => {
    const around = world();
    const location = located({ url: `${ISSUER}/token`, issuer: ISSUER }, {}, around);
    expect([location.name.href, String(await location.locate()), around.made]).toEqual([`${ISSUER}/token`, `${ISSUER}/token`, []]);
  });

  it('is found in the metadata of the issuer, without the header fields of the config', async () => {
    const around = world();
    const location = located({ issuer: ISSUER }, { customHeaders: { authorization: 'secret' }, timeout: 3 }, around);
    expect([location.name.href, String(await location.locate())]).toEqual([`${ISSUER}/`, `${ISSUER}/token`]);
    expect(around).toMatchObject({ made: [{ timeout: 3 }], asked: [`${ISSUER}/.well-known/openid-configuration`], warnings: [] });
    expect(around.made[0]).not.toHaveProperty('customHeaders');
    await location.close();
    expect(around.closed()).toBe(1);
  });

  it('is looked for again where it does not answer, and what fails then is reported with the issuer', async () => {
    let endpoint: string | undefined = `${ISSUER}/token`;
    const around = world(() => endpoint);
    const location = located({ issuer: ISSUER }, {}, around);
    await location.locate();
    around.clock.passes(30);
    expect(String(location.locate())).toBe(endpoint);
    expect(around.asked).toHaveLength(1);
    location.doubt?.();
    endpoint = undefined;
    expect(String(location.locate())).toBe(`${ISSUER}/token`);
    await new Promise(setImmediate);
    expect(around.warnings).toEqual([expect.stringMatching(/^issuer "https:\/\/idp\.example": The metadata cannot be read again: /)]);
  });

  it('does not become known, and nothing is reported, where it is closed before', async () => {
    let endpoint: string | undefined = `${ISSUER}/token`;
    const around = world(() => endpoint);
    const location = located({ issuer: ISSUER }, {}, around);
    await location.locate();
    around.clock.passes(600);
    endpoint = undefined;
    void location.locate();
    await location.close();
    await new Promise(setImmediate);
    expect(around).toMatchObject({ asked: { length: 2 }, warnings: [] });
  });

  it.each([
    [{}, 'tokenUrl: has no value: it must be a URL, or issuer must be given, whose metadata name the token_endpoint'],
    [{ url: 'http://idp.example/token' }, 'tokenUrl: '],
    [{ issuer: 'http://idp.example' }, 'issuer: '],
    [{ issuer: `${ISSUER}/?tenant=1` }, 'issuer: must not have a query (?…) to be discovered. Otherwise give tokenUrl.'],
  ])('stops the boot where the config has %j', (given, message) => {
    expect(() => located(given)).toThrow(message);
    expect(() => located({ issuer: 'http://idp.example' }, { allowHttp: true })).not.toThrow();
  });
});

describe('the assertion for a token endpoint', () => {
  it.each([
    [{ issuer: ISSUER }, ISSUER],
    [{ url: `${ISSUER}/a/../token` }, `${ISSUER}/token`],
  ])('is made, with %j, for %s', async (given, aud) => {
    const { keyPem: keyFile } = await createSelfSigned({ keyType: 'ec' });
    const auth = { method: 'private_key_jwt', clientId: 'me', keyFile } as const;
    const { sign } = await openTokenEndpoint({ field: 'tokenUrl', clientConfig: {}, auth, ...given }, world().surroundings);
    const body = new URLSearchParams();
    await sign(body, new Headers());
    expect(decodeJwt(body.get('client_assertion') ?? '').aud).toBe(aud);
  });
});
