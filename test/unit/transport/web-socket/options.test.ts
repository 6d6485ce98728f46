import { resolveOptions } from '../../../../lib/auth.options.schema.js';

describe('the option webSocket', () => {
  it.each<[object, string]>([
    [{ tokenFrom: [{ query: 'token' }] }, 'tokenFrom[0]: is refused: tokens in a URL'],
    [{ tokenFrom: [] }, 'tokenFrom: must not be empty'],
    [{ tokenFrom: [{ header: 'a', auth: 'b' }] }, 'tokenFrom[0]: has header and auth'],
    [{ tokenFrom: [{ auth: 'token' }, { auth: 'token' }] }, 'tokenFrom[1]: is a duplicate'],
    [{ tokenFrom: [{ message: 'a' }, { message: 'b' }] }, 'has several { message } sources'],
    [{ tokenFrom: [{ subprotocol: 'a b' }] }, 'cannot be the name of a subprotocol'],
    [{ firstMessageWithin: 5 }, 'firstMessageWithin: has no effect'],
    [{ onExpiry: 'ignore' }, 'onExpiry: must be "close" or "refuse"'],
    [{ recheck: 0 }, 'recheck: must be a number of seconds'],
  ])('refuses %j', (webSocket, message) => {
    expect(() => resolveOptions({ webSocket })).toThrow(message);
  });
});
