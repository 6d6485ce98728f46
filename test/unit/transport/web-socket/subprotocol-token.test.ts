import { SubprotocolToken } from '../../../../lib/transport/web-socket/subprotocol-token.js';

describe('a token among subprotocols', () => {
  const token = new SubprotocolToken('bearer');
  const encoded = `base64url.bearer.authorization.${Buffer.from('a/b=').toString('base64url')}`;

  it.each<[string | undefined, string[], string[]]>([
    [undefined, [], []],
    ['orders.v1', [], ['orders.v1']],
    ['orders.v1, bearer, abc', ['abc'], ['orders.v1']],
    ['bearer, abc, orders.v1', ['abc'], ['orders.v1']],
    [`orders.v1, ${encoded}`, ['a/b='], ['orders.v1']],
    [`orders.v1, bearer, abc, ${encoded}`, ['abc', 'a/b='], ['orders.v1']],
    [`orders.v1, bearer, ${encoded}`, ['a/b='], ['orders.v1']],
    ['orders.v1, bearer', [' '], ['orders.v1']],
    ['abc, orders.v1, bearer, abc', ['abc'], ['orders.v1']],
    [`a/b=, orders.v1, ${encoded}`, ['a/b='], ['orders.v1']],
  ])('in %p is %p, and the application sees %p', (header, tokens, protocols) => {
    expect(token.tokensIn(header)).toEqual(tokens);
    expect([...token.ofApplication(header?.split(', ') ?? [])]).toEqual(protocols);
  });
});
