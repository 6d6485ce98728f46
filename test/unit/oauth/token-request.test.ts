import { inspect } from 'node:util';
import { fixedLocation } from '../../../lib/oauth/endpoint-location.js';
import { requestToken } from '../../../lib/oauth/token-request.js';
import type { OutgoingAnswer, OutgoingRequest } from '../../../lib/outgoing/outgoing-client.js';

const answering = (body: unknown, status = 200, headers: Record<string, string> = {}) => ({
  location: fixedLocation(new URL('https://idp.example/token')),
  sign: () => {},
  client: {
    request: async (): Promise<OutgoingAnswer> => ({
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    }),
    close: async () => {},
  },
});

describe('the error of a token request', () => {
  it.each([
    ['what was sent, though a refusal repeats it', answering({ error: 'invalid_grant', error_description: 'not hunter2' }, 400)],
    ['a refusal with a word that no code is', answering({ error: 'hunter2 is wrong' }, 400)],
    ['a challenge', answering({}, 401, { 'www-authenticate': 'Bearer realm="hunter2"' })],
    ['an answer that has a token of no known type', answering({ access_token: 'hunter2', token_type: 'x' })],
    ['an answer that has a token in the wrong place', answering({ token: 'hunter2' })],
    ['an answer that has a lifetime which is none', answering({ access_token: 'hunter2', token_type: 'Bearer', expires_in: 'soon' })],
    ['an answer that is no JSON', answering('hunter2')],
  ])('holds nothing of %s', async (_what, endpoint) => {
    const error: unknown = await requestToken(endpoint, { type: 'x', parameters: [['assertion', 'hunter2']] }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hunter2');
    expect(error).not.toHaveProperty('cause');
  });

  it('names the status, the code and the explanation of a refusal, and the URL of an answer that cannot be used', async () => {
    const grant = { type: 'client_credentials', parameters: [] };
    await expect(requestToken(answering({ error: 'invalid_scope', error_description: 'No such scope' }, 400), grant)).rejects.toThrow(
      'The token endpoint refuses (invalid_scope): status 400, "No such scope".',
    );
    await expect(requestToken(answering('<html>', 500), grant)).rejects.toThrow(
      'The token endpoint https://idp.example/token did not give a usable answer (500).',
    );
    await expect(requestToken(answering('', 503), grant)).rejects.toThrow('https://idp.example/token is overloaded or down (503)');
  });

  it('has no status where the request could not be signed', async () => {
    const sign = () => Promise.reject(new Error('hunter2'));
    await expect(requestToken({ ...answering({}), sign }, { type: 'client_credentials', parameters: [] })).rejects.toThrow(
      /^The token endpoint https:\/\/idp\.example\/token did not give a usable answer\.$/,
    );
  });

  it.each([
    ['is looked for again after an answer that cannot be used', '<html>', 500, 1],
    ['is looked for again after an outage', '', 503, 1],
    ['stays where it is after a refusal', { error: 'invalid_scope' }, 400, 0],
  ])('says whether the endpoint may have moved: it %s', async (_what, body, status, doubts) => {
    let doubted = 0;
    const endpoint = answering(body, status);
    const location = { ...endpoint.location, doubt: () => void doubted++ };
    await expect(requestToken({ ...endpoint, location }, { type: 'client_credentials', parameters: [] })).rejects.toThrow();
    expect(doubted).toBe(doubts);
  });
});

describe('the answer to a token request', () => {
  const grant = { type: 'client_credentials', parameters: [] };
  const token = (more: object) => requestToken(answering({ access_token: 'abc', token_type: 'Bearer', ...more }), grant);

  it.each(['a b', 'a\r\nX-Evil: b', 'ä', 'a\u0000', ' a', 'a\t'])(
    'is refused where a header field cannot carry its token: %j',
    async (value) => {
      await expect(token({ access_token: value })).rejects.toThrow('answered with a token that a header field cannot carry');
      expect(await token({})).toMatchObject({ access_token: 'abc' });
    },
  );

  it('is refused where its token is bound to a key, and none was shown', async () => {
    await expect(token({ token_type: 'DPoP' })).rejects.toThrow('answered with a token that is not a bearer token');
  });

  it.each([429, 502, 503, 504])('is an outage with the status %i, whatever error it names', async (status) => {
    const refusal = answering({ error: 'invalid_client' }, status);
    await expect(requestToken(refusal, grant)).rejects.toThrow(`https://idp.example/token is overloaded or down (${status})`);
    await expect(requestToken(answering({ error: 'invalid_client' }, 400), grant)).rejects.toThrow('refuses (invalid_client): status 400');
  });

  it('is read up to 256 KiB, and its request goes to the endpoint as a form', async () => {
    const endpoint = answering({ access_token: 'abc', token_type: 'Bearer' });
    const asked: unknown[] = [];
    const client = {
      ...endpoint.client,
      request: (url: URL, { method, maxBytes, body }: OutgoingRequest) => {
        asked.push({ href: url.href, method, maxBytes, body });
        return endpoint.client.request();
      },
    };
    await requestToken(
      { ...endpoint, client },
      {
        ...grant,
        parameters: [
          ['resource', 'a'],
          ['resource', 'b'],
        ],
      },
    );
    const body = 'resource=a&resource=b&grant_type=client_credentials';
    expect(asked).toEqual([{ href: 'https://idp.example/token', method: 'POST', maxBytes: 262_144, body }]);
  });
});
