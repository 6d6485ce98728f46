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
    ['a refusal', answering({ error: 'invalid_grant', error_description: 'hunter2' }, 400)],
    ['a refusal with a word that no code is', answering({ error: 'hunter2 is wrong' }, 400)],
    ['a challenge', answering({}, 401, { 'www-authenticate': 'Bearer realm="hunter2"' })],
    ['an answer that has a token of no known type', answering({ access_token: 'hunter2', token_type: 'x' })],
    ['an answer that has a token in the wrong place', answering({ token: 'hunter2' })],
    ['an answer that has a lifetime which is none', answering({ access_token: 'hunter2', token_type: 'Bearer', expires_in: 'soon' })],
    ['an answer that is no JSON', answering('hunter2')],
  ])('holds nothing of %s', async (_what, endpoint) => {
    const error: unknown = await requestToken(endpoint, { type: 'client_credentials', parameters: [] }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hunter2');
    expect(error).not.toHaveProperty('cause');
  });
});
