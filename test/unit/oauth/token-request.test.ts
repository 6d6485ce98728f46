import { inspect } from 'node:util';
import { fixedLocation } from '../../../lib/oauth/endpoint-location.js';
import { requestToken } from '../../../lib/oauth/token-request.js';
import type { OutgoingAnswer } from '../../../lib/outgoing/outgoing-client.js';

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
});
