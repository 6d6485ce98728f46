import { readTranscript, type Transcript } from '../../sample/order-management/transcript.js';
import { type Answer, agentOf, type OrderManagement, startOrderManagement, temporaryFolder } from '../support/order-management.js';

const HEADPHONES = { category: 'electronics', code: 'SOWH1000XM4' };
const BOOK = { category: 'books', code: '978-1617295959' };
const order = (id: string, qty: number, item = HEADPHONES) => ({ id, name: 'An order', items: [{ ...item, qty }] });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let transcript: Transcript;
let system: OrderManagement;

beforeAll(async () => {
  folder = await temporaryFolder();
  transcript = await readTranscript();
});
afterAll(() => folder.remove());
beforeEach(async () => {
  system = await startOrderManagement(`${folder.path}/certificates`);
});
afterEach(() => system.close());

/** Calls the order service with the token of one of the guide's users. */
function orders(method: string, path: string, as?: keyof Transcript['tokens'], json?: unknown): Promise<Answer> {
  return system.call(method, `${system.urls.orders}/order${path}`, {
    ...(as !== undefined && { token: transcript.tokens[as] }),
    ...(json !== undefined && { json }),
  });
}

/** Proves how many pieces are in stock: so many can be taken, and not one more. */
async function expectStock(item: typeof HEADPHONES, qty: number): Promise<void> {
  expect(await system.inventory('decrease', [{ ...item, qty: qty + 1 }])).toMatchObject({ status: 409 });
  if (qty === 0) return;
  expect(await system.inventory('decrease', [{ ...item, qty }])).toMatchObject({ status: 200 });
  await system.inventory('increase', [{ ...item, qty }]);
}

it("answers the guide's session to the letter", async () => {
  expect(transcript.steps).toHaveLength(7);
  for (const { title, method, url, as, json, expect: expected } of transcript.steps) {
    const answer = await orders(method, new URL(url).pathname.replace('/order', ''), as, json);
    const headers = { ...answer.headers, 'content-type': String(answer.headers['content-type']).split(';')[0] };
    expect({ title, status: answer.status, body: answer.body ?? '' }).toEqual({ title, status: expected.status, body: expected.body });
    expect(headers).toMatchObject(expected.headers ?? {});
  }
  await expectStock(HEADPHONES, 75);
  await expectStock(BOOK, 10);
});

describe('an order', () => {
  it('takes its items from the stock, exchanges them and gives them back', async () => {
    await orders('POST', '', 'counter', order('1', 70));
    await expectStock(HEADPHONES, 5);
    await orders('PUT', '/1', 'admin', { name: 'More', items: [{ ...HEADPHONES, qty: 75 }] });
    await expectStock(HEADPHONES, 0);
    await orders('PUT', '/1', 'admin', { name: 'Other', items: [{ ...BOOK, qty: 4 }] });
    await expectStock(HEADPHONES, 75);
    await expectStock(BOOK, 6);
    await orders('DELETE', '/1', 'admin');
    await expectStock(BOOK, 10);
  });

  it('is refused if the stock is too small, and leaves it as it was', async () => {
    const greedy = {
      id: '1',
      name: 'Greedy',
      items: [
        { ...HEADPHONES, qty: 1 },
        { ...BOOK, qty: 6 },
        { ...BOOK, qty: 5 },
      ],
    };
    expect(await orders('POST', '', 'counter', greedy)).toMatchObject({
      status: 409,
      body: { status: expect.stringContaining('Not enough') },
    });
    expect(await orders('GET', '/1')).toMatchObject({ status: 404 });
    await expectStock(HEADPHONES, 75);
    await expectStock(BOOK, 10);
  });

  it('stays as it was if the stock is too small for its update', async () => {
    await orders('POST', '', 'counter', order('1', 2));
    expect(await orders('PUT', '/1', 'admin', { name: 'Greedy', items: [{ ...BOOK, qty: 11 }] })).toMatchObject({ status: 409 });
    expect(await orders('GET', '/1')).toMatchObject({ body: order('1', 2) });
    await expectStock(HEADPHONES, 73);
  });

  it('is refused if it names an unknown item', async () => {
    const unknown = order('1', 1, { category: 'books', code: 'constructor' });
    expect(await orders('POST', '', 'counter', unknown)).toMatchObject({
      status: 400,
      body: { status: expect.stringContaining('not known') },
    });
  });

  it('is refused under an id that is taken', async () => {
    await orders('POST', '', 'counter', order('1', 1));
    expect(await orders('POST', '', 'counter', order('1', 5))).toMatchObject({
      status: 409,
      body: { status: "Order '1' already exists." },
    });
    await expectStock(HEADPHONES, 74);
  });

  it('that is unknown is not found by reading, and a bad request to change', async () => {
    const body = { status: "Order 'X' cannot be found." };
    expect(await orders('GET', '/X')).toMatchObject({ status: 404, body });
    expect(await orders('PUT', '/X', 'admin', { name: 'n', items: [{ ...BOOK, qty: 1 }] })).toMatchObject({ status: 400, body });
    expect(await orders('DELETE', '/X', 'admin')).toMatchObject({ status: 400, body });
  });
});

describe('orders that change at the same time', () => {
  it('keep the stock and the order in step', async () => {
    await orders('POST', '', 'counter', order('1', 1));
    const quantities = Array.from({ length: 20 }, (_, index) => index + 1);
    const answers = await Promise.all(
      quantities.map((qty) => orders('PUT', '/1', 'admin', { name: `${qty}`, items: [{ ...HEADPHONES, qty }] })),
    );
    expect(answers.map(({ status }) => status)).toEqual(quantities.map(() => 200));
    const { body } = await orders('GET', '/1');
    const { name, items } = body as { name: string; items: [{ qty: number }] };
    expect(name).toBe(`${items[0].qty}`);
    await expectStock(HEADPHONES, 75 - items[0].qty);
  });

  it('cannot both have one id', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => orders('POST', '', 'counter', order('1', 3))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    await expectStock(HEADPHONES, 72);
  });

  it('cannot together take more than there is', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, id) => orders('POST', '', 'counter', order(`${id}`, 10))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(7);
    await expectStock(HEADPHONES, 5);
  });
});

describe('with the inventory down', () => {
  const body = { status: 'The inventory service cannot be reached.' };

  it('no order is made, changed or removed', async () => {
    await orders('POST', '', 'counter', order('1', 2));
    await system.stop('inventory');
    expect(await orders('POST', '', 'counter', order('2', 2))).toMatchObject({ status: 502, body });
    expect(await orders('PUT', '/1', 'admin', { name: 'Less', items: [{ ...HEADPHONES, qty: 1 }] })).toMatchObject({ status: 502, body });
    expect(await orders('PUT', '/1', 'admin', { name: 'More', items: [{ ...HEADPHONES, qty: 3 }] })).toMatchObject({ status: 502, body });
    expect(await orders('DELETE', '/1', 'admin')).toMatchObject({ status: 502, body });
    expect(await orders('GET', '/1')).toMatchObject({ status: 200, body: order('1', 2) });
    expect(await orders('GET', '/2')).toMatchObject({ status: 404 });
  });
});

describe('the body of an order', () => {
  const item = { ...HEADPHONES, qty: 1 };
  const good = { id: '1', name: 'An order', items: [item] };
  const bad: [string, string][] = [
    ['is not JSON', '{"id": "1", '],
    ['is empty', ''],
    ['is a list', JSON.stringify([good])],
    ['is null', 'null'],
    ['has no id', JSON.stringify({ ...good, id: undefined })],
    ['has an id that is a number', JSON.stringify({ ...good, id: 1 })],
    ['has an id that is a path', JSON.stringify({ ...good, id: '../1' })],
    ['has no name', JSON.stringify({ ...good, name: undefined })],
    ['has no items', JSON.stringify({ ...good, items: undefined })],
    ['has an empty list of items', JSON.stringify({ ...good, items: [] })],
    ['has one object as items', JSON.stringify({ ...good, items: item })],
    ['has null for an item', JSON.stringify({ ...good, items: [null] })],
    ['has a list for an item', JSON.stringify({ ...good, items: [[item]] })],
    ['has an item without a code', JSON.stringify({ ...good, items: [{ ...item, code: undefined }] })],
    ['has an item without a quantity', JSON.stringify({ ...good, items: [{ ...item, qty: undefined }] })],
    ['has a negative quantity', JSON.stringify({ ...good, items: [{ ...item, qty: -1 }] })],
    ['has a quantity of nothing', JSON.stringify({ ...good, items: [{ ...item, qty: 0 }] })],
    ['has half a piece', JSON.stringify({ ...good, items: [{ ...item, qty: 0.5 }] })],
    ['has a quantity in letters', JSON.stringify({ ...good, items: [{ ...item, qty: '1' }] })],
  ];

  it('is looked at only after the caller', async () => {
    const headers = { 'content-type': 'application/json' };
    const url = `${system.urls.orders}/order`;
    for (const [what, text] of bad) {
      const send = (method: string, path: string, token?: string) =>
        system.call(method, url + path, { headers, text, ...(token !== undefined && { token }) });
      const { counter } = transcript.tokens;
      expect({ what, ...(await send('POST', '')) }).toMatchObject({ what, status: 401, text: '' });
      expect({ what, ...(await send('POST', '', `${counter}x`)) }).toMatchObject({ what, status: 401, text: '' });
      expect({ what, ...(await send('PUT', '/1', counter)) }).toMatchObject({ what, status: 403, text: '' });
      expect({ what, ...(await send('POST', '', counter)) }).toMatchObject({ what, status: 400 });
    }
    await expectStock(HEADPHONES, 75);
  });

  it('is refused where it is too large', async () => {
    const huge = { ...good, name: 'x'.repeat(200_000) };
    expect(await orders('POST', '', 'counter', huge)).toMatchObject({ status: 413 });
    expect(await orders('POST', '', undefined, huge)).toMatchObject({ status: 401 });
  });

  it('loses what an order does not have', async () => {
    expect(await orders('POST', '', 'counter', { ...good, price: 1 })).toMatchObject({ status: 201 });
    expect(await orders('GET', '/1')).toMatchObject({ text: JSON.stringify(good) });
  });
});

describe('the inventory', () => {
  it('speaks with nobody but the order service', async () => {
    const url = `${system.urls.inventory}/inventory/decrease`;
    const handshakeFails = { code: expect.stringMatching(/ERR_SSL|ECONNRESET|UND_ERR_SOCKET/) };
    await expect(system.call('PUT', url, { json: [{ ...BOOK, qty: 1 }] })).rejects.toMatchObject(handshakeFails);
    const agent = await agentOf(system.settings, 'sts');
    await expect(system.call('PUT', url, { json: [{ ...BOOK, qty: 1 }], agent })).rejects.toMatchObject(handshakeFails);
    await agent.destroy();
    await expectStock(BOOK, 10);
  });

  it('answers a change with an empty body', async () => {
    expect(await system.inventory('decrease', [{ ...BOOK, qty: 1 }])).toMatchObject({ status: 200, text: '' });
    expect(await system.inventory('increase', [{ ...BOOK, qty: 1 }])).toMatchObject({ status: 200, text: '' });
  });

  it.each([[{}], [null], [[null]], [[{ ...BOOK }]], [[{ ...BOOK, qty: -1 }]], [[{ ...BOOK, qty: 1.5 }]], [[{ ...BOOK, qty: '1' }]]])(
    'refuses the change %j',
    async (change) => {
      expect(await system.inventory('decrease', change)).toMatchObject({ status: 400 });
    },
  );
});
