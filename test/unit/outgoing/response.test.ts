import { mayHaveBody, responseOf } from '../../../lib/outgoing/response.js';

describe('an answer', () => {
  it('becomes a Response with every value of every field that it has', async () => {
    const headers = { 'set-cookie': ['a=1', 'b=2'], 'x-a': 'b', 'x-none': undefined };
    const response = responseOf({ status: 201, headers }, 'body');
    expect([response.status, await response.text(), response.headers.getSetCookie()]).toEqual([201, 'body', ['a=1', 'b=2']]);
    expect([response.headers.get('x-a'), response.headers.has('x-none')]).toEqual(['b', false]);
  });

  it.each([204, 205, 304])('has no body with the status %i, and none to a HEAD', (status) => {
    expect(responseOf({ status, headers: {} }, 'body').body).toBeNull();
    expect([mayHaveBody(status, 'GET'), mayHaveBody(200, 'HEAD'), mayHaveBody(200, 'GET'), mayHaveBody(404, 'POST')]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});
