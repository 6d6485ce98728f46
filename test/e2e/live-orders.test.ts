import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { login, PLACE, send } from '../../sample/live-orders/walkthrough/clients.js';
import { type Watch, watchDisplay, watchSubscription } from '../../sample/live-orders/walkthrough/watch.js';
import { LiveOrdersPrograms, type RunningLiveOrders } from '../support/live-orders.js';
import { describeIfOnPath } from '../support/on-path.js';
import { createKey, goodClaims, mint } from '../support/tokens.js';

type Transport = keyof typeof PLACE;

/** The operation that places an order on each transport, as the log names it. */
const OPERATIONS: Readonly<Record<Transport, RegExp>> = {
  HTTP: /\(POST \/orders\)/,
  GraphQL: /\(Mutation\.placeOrder\)/,
  WebSocket: /\(ws /,
  messages: /\(rpc orders\.create\)/,
};
const TRANSPORTS = Object.keys(PLACE) as Transport[];
const ITEMS = [{ category: 'books', code: '978-1484220498', qty: 1 }];

let programs: LiveOrdersPrograms;
beforeAll(async () => {
  programs = await LiveOrdersPrograms.build();
}, 120_000);
afterAll(() => programs.remove());

it('the sample demands what its checked-in policy says, on all four transports', async () => {
  const policy = await programs.policy();
  expect(policy).toEqual(JSON.parse(await readFile('sample/live-orders/live-service/policy.json', 'utf8')));
  const rows = policy.map(({ method, path }) => `${method} ${path}`);
  const placing = ['POST /orders', 'graphql Mutation.placeOrder', 'ws orders.place', 'rpc orders.create'];
  expect(rows).toEqual(expect.arrayContaining([...placing, 'graphql Query.orders', 'graphql Order.margin', 'ws handleConnection']));
}, 60_000);

function promisesOver(kind: 'nats' | 'tcp'): void {
  let live: RunningLiveOrders;
  let keyless: RunningLiveOrders;

  beforeAll(async () => {
    const env = { MESSAGES: kind };
    // The port of the key set is closed.
    [live, keyless] = await Promise.all([programs.start(env), programs.start({ ...env, KEYS_URL: 'https://127.0.0.1:9/jwks' })]);
  }, 120_000);

  /** What the log says of the last refusal: its status, the scheme, and the reason. */
  const reasonOf = async (running: RunningLiveOrders, transport: Transport): Promise<string | undefined> => {
    await sleep(100);
    const line = running.lines.findLast((each) => OPERATIONS[transport].test(each));
    return line?.slice(line.search(OPERATIONS[transport])).replace(/^\([^)]*\): /, '');
  };

  const refusals = async (running: RunningLiveOrders, token: string | undefined) => {
    const rows: Record<string, readonly [string, string | undefined]> = {};
    for (const name of TRANSPORTS) rows[name] = [await PLACE[name](running.service, token), await reasonOf(running, name)];
    return rows;
  };
  const same = (code: string, reason: unknown) => Object.fromEntries(TRANSPORTS.map((name) => [name, [code, reason]]));

  it('admits the same caller on each', async () => {
    const alice = await login(live.service, 'alice');
    for (const name of TRANSPORTS) expect([name, await PLACE[name](live.service, alice)]).toEqual([name, 'booked']);
  }, 60_000);

  it('refuses a caller without a token on each', async () => {
    expect(await refusals(live, undefined)).toEqual(same('UNAUTHENTICATED', expect.stringContaining('no_credentials')));
  }, 60_000);

  it('refuses a token of another issuer on each', async () => {
    const foreign = await login(keyless.service, 'alice');
    expect(await refusals(live, foreign)).toEqual(same('UNAUTHENTICATED', expect.stringContaining('bad_signature')));
  }, 60_000);

  it('refuses a caller without the scope on each', async () => {
    const floor = await login(live.service, 'floor');
    expect(await refusals(live, floor)).toEqual(same('FORBIDDEN', expect.stringContaining('scope')));
  }, 60_000);

  it('refuses an expired token on each', async () => {
    const alice = await login(live.service, 'alice', 1);
    await sleep(2100);
    expect(await refusals(live, alice)).toEqual(same('UNAUTHENTICATED', expect.stringContaining('expired')));
  }, 60_000);

  it('answers that it is unavailable on each while the keys cannot be fetched', async () => {
    const alice = await mint(createKey('RS256'), goodClaims({ iss: 'live-orders' }));
    expect(await refusals(keyless, alice)).toEqual(same('UNAVAILABLE', expect.stringMatching(/unavailable|keys/)));
  }, 60_000);

  it('books stock for the service only', async () => {
    expect(await send(live.service, await login(live.service, 'bob'), 'stock.book', ITEMS)).toBe('FORBIDDEN');
    expect(await send(live.service, undefined, 'stock.book', ITEMS)).toBe('UNAUTHENTICATED');
  }, 60_000);

  it('sends orders to those who watch, and ends the watch when their tokens expire', async () => {
    const token = await login(live.service, 'floor', 6);
    const watches: Watch[] = [await watchDisplay(live.service, token), await watchSubscription(live.service, token)];
    const alice = await login(live.service, 'alice');
    const before = watches[0]?.seen.length;
    for (let attempt = 0; attempt < 20 && watches[1]?.seen.length === 0; attempt++) {
      await PLACE.messages(live.service, alice);
      await sleep(100);
    }
    expect(watches[1]?.seen).not.toEqual([]);
    expect(watches[0]?.seen.slice(before)).toEqual(expect.arrayContaining(watches[1]?.seen ?? []));
    expect(await Promise.all(watches.map(({ ended }) => ended))).toEqual(['UNAUTHENTICATED', '4401']);
  }, 60_000);
}

describeIfOnPath('nats-server')('the live orders, with messages over NATS', () => promisesOver('nats'));
describe('the live orders, with messages over TCP', () => promisesOver('tcp'));
