import { AuthUnavailableError } from '../../../lib/errors.js';
import { readMetadata } from '../../../lib/oauth/metadata.js';
import type { OutgoingRequest } from '../../../lib/outgoing/outgoing-client.js';

const issuer = 'https://idp.example/realm';
const OIDC = `${issuer}/.well-known/openid-configuration`;
const OAUTH = 'https://idp.example/.well-known/oauth-authorization-server/realm';

/** An issuer that answers what a test says, with 404 elsewhere. */
function network(answers: Readonly<Record<string, { readonly status?: number; readonly body?: unknown }>>) {
  const asked: string[] = [];
  const request = async (url: URL) => {
    asked.push(url.href);
    const { status = 200, body = { issuer } } = answers[url.href] ?? { status: 404 };
    return { status, headers: {}, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
  };
  return { asked, client: { request } };
}
const failureOf = async (answers: Parameters<typeof network>[0], more: Partial<Parameters<typeof readMetadata>[0]> = {}) => {
  const { asked, client } = network(answers);
  const error: unknown = await readMetadata({ client, issuer, ...more }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AuthUnavailableError);
  return { message: (error as Error).message, asked };
};

describe('the metadata of an issuer', () => {
  it('are asked for as JSON', async () => {
    const asked: unknown[] = [];
    const request = async (_url: URL, init: OutgoingRequest) => {
      asked.push(init);
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ issuer })) };
    };
    await readMetadata({ client: { request }, issuer });
    expect(asked).toEqual([{ method: 'GET', headers: { accept: 'application/json' }, maxBytes: 262_144 }]);
  });

  it('are read at the second place after an answer from 400 to 499, and say where they come from', async () => {
    for (const status of [400, 404, 499]) {
      const { asked, client } = network({ [OIDC]: { status }, [OAUTH]: { body: { issuer, jwks_uri: 'x' } } });
      expect(await readMetadata({ client, issuer })).toEqual({ url: new URL(OAUTH), members: { issuer, jwks_uri: 'x' } });
      expect(asked).toEqual([OIDC, OAUTH]);
    }
  });

  it.each([204, 302, 399, 500, 503])('are not read at the second place after the answer %i', async (status) => {
    expect(await failureOf({ [OIDC]: { status }, [OAUTH]: {} })).toEqual({
      message: `${OIDC} answered with the status ${status}`,
      asked: [OIDC],
    });
  });

  it('are nowhere if both places answer so', async () => {
    const { message } = await failureOf({ [OIDC]: { status: 410 } });
    expect(message).toBe(`there is no metadata document: ${OIDC} answered with the status 410, and ${OAUTH} answered with the status 404`);
  });

  it('are not looked for elsewhere where their URL is configured, and its query is not repeated', async () => {
    const url = new URL('https://inside.example/document?key=secret');
    expect(await failureOf({ [OIDC]: {} }, { url })).toEqual({
      message: 'https://inside.example/document answered with the status 404',
      asked: [url.href],
    });
    const { client } = network({ [url.href]: {} });
    expect(await readMetadata({ client, issuer, url })).toEqual({ url, members: { issuer } });
  });

  it.each([
    ['no JSON', '<html>'],
    ['a list', [{ issuer }]],
    ['no issuer', {}],
    ['an issuer that is no text', { issuer: [issuer] }],
  ])('are refused where the document has %s', async (_what, body) => {
    expect((await failureOf({ [OIDC]: { body } })).message).toBe(`${OIDC} did not answer with a metadata document`);
  });

  it('are refused where they are about another issuer, whose name is repeated in part', async () => {
    const stated = `${issuer}${'x'.repeat(1000)}`;
    const { message } = await failureOf({ [OIDC]: { body: { issuer: stated } } });
    expect(message).toBe(`the document at ${OIDC} is about the issuer "${stated.slice(0, 200)}", not about "${issuer}"`);
  });

  it('may be about an issuer that the caller takes for the right one, and about no other', async () => {
    const isIssuer = (stated: string) => stated === 'another';
    const { client } = network({ [OIDC]: { body: { issuer: 'another' } } });
    expect((await readMetadata({ client, issuer, isIssuer })).members).toEqual({ issuer: 'another' });
    expect((await failureOf({ [OIDC]: {} }, { isIssuer })).message).toContain('is about the issuer');
  });
});
