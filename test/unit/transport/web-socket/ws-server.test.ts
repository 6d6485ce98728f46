import { setImmediate as nextTurn } from 'node:timers/promises';
import { SubprotocolToken } from '../../../../lib/transport/web-socket/subprotocol-token.js';
import { guardUpgrades, hideToken, isWsServer, type WsServer } from '../../../../lib/transport/web-socket/ws-server.js';

type Options = WsServer['options'];

const REFUSAL = { status: 401, body: 'no', headers: { 'www-authenticate': 'Bearer' } };

/** What becomes of an upgrade with the application's own check. */
async function upgrade(verifyClient: unknown, admit: () => Promise<typeof REFUSAL | undefined>) {
  const options = { verifyClient } as Options;
  const failures: unknown[] = [];
  let asked = 0;
  const ask = () => {
    asked++;
    return admit();
  };
  guardUpgrades({ options, handleUpgrade: () => undefined }, ask as never, (_, error) => void failures.push(error));
  const answers: unknown[][] = [];
  (options.verifyClient as (info: object, done: (...answer: unknown[]) => void) => void)({ req: {} }, (...answer) => {
    answers.push(answer);
    if (answer[1] === undefined && failsOnOpen) throw new Error('a listener failed');
  });
  await nextTurn();
  return { answers, asked, failures };
}
let failsOnOpen = false;
beforeEach(() => {
  failsOnOpen = false;
});

const admits = async () => undefined;
const refuses = async () => REFUSAL;
const refused = [[false, 401, 'no', REFUSAL.headers]];

describe('an upgrade', () => {
  it.each<[string, unknown]>([
    ['no check', undefined],
    ['null for its check', null],
    ['a check that returns true', () => true],
    ['a check that calls back', (_: unknown, done: (ok: boolean) => void) => done(true)],
  ])('is decided by the credentials where the application has %s', async (_, verifyClient) => {
    expect(await upgrade(verifyClient, admits)).toEqual({ answers: [[true]], asked: 1, failures: [] });
    expect(await upgrade(verifyClient, refuses)).toEqual({ answers: refused, asked: 1, failures: [] });
  });

  it.each<[string, unknown, unknown[]]>([
    ['returns false', () => false, [false]],
    ['calls back with false', (_: unknown, done: (ok: boolean, status: number) => void) => done(false, 418), [false, 418]],
  ])('is refused by a check of the application that %s, whatever the credentials are', async (_, verifyClient, answer) => {
    expect(await upgrade(verifyClient, admits)).toEqual({ answers: [answer], asked: 0, failures: [] });
  });

  it('that fails in a listener of the application is told of, and is no unhandled rejection', async () => {
    failsOnOpen = true;
    expect((await upgrade(undefined, admits)).failures).toEqual([new Error('a listener failed')]);
  });
});

describe('the subprotocol that is echoed', () => {
  const echoed = (offered: string[], token?: SubprotocolToken, handleProtocols?: unknown) => {
    const options = { handleProtocols } as Options;
    hideToken(options, () => token);
    return options.handleProtocols?.(new Set(offered), {} as never);
  };
  const token = new SubprotocolToken('bearer');

  it.each<[string[], SubprotocolToken | undefined, string | false]>([
    [['orders.v1', 'bearer', 'abc'], token, 'orders.v1'],
    [['bearer', 'abc', 'orders.v1'], token, 'orders.v1'],
    [['bearer', 'abc'], token, false],
    [[], token, false],
    [['bearer', 'abc'], undefined, 'bearer'],
  ])('of %j is one of the application', (offered, reads, expected) => {
    expect(echoed(offered, reads)).toBe(expected);
  });

  it('is chosen by the application, which sees no token', () => {
    const seen: unknown[] = [];
    const choose = (protocols: Set<string>) => {
      seen.push([...protocols]);
      return 'orders.v2';
    };
    expect(echoed(['orders.v1', 'orders.v2', 'bearer', 'abc'], token, choose)).toBe('orders.v2');
    expect(seen).toEqual([['orders.v1', 'orders.v2']]);
  });
});

describe('a server of ws', () => {
  it.each<[object, boolean]>([
    [{ handleUpgrade: () => undefined, options: {} }, true],
    [{ handleUpgrade: () => undefined, options: null }, false],
    [{ handleUpgrade: () => undefined }, false],
    [{ options: {} }, false],
  ])('is known by its parts: %p is one: %p', (server, expected) => {
    expect(isWsServer(server)).toBe(expected);
  });
});
