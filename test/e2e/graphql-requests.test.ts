import {
  codesOf,
  type GraphqlAnswer,
  type GraphqlServer,
  type GraphqlTrial,
  removeGraphqlProgram,
  startGraphql,
  startGraphqls,
} from '../support/graphql/server.js';
import { type ProvingClient, provingClient } from '../support/proofs.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { basic, makeUsersFile, type UsersFile } from '../support/users-file.js';

const SECRET = createSecret('HS256');
const asCaller = { 'x-caller': 'carol' };

async function bearer(changes: Record<string, unknown> = {}) {
  return { authorization: `Bearer ${await mint(SECRET, goodClaims(changes))}` };
}

let users: UsersFile;

beforeAll(async () => {
  users = await makeUsersFile([{ username: 'alice', password: 'alice@123' }]);
});

afterAll(async () => {
  await users.remove();
  await removeGraphqlProgram();
});

type Trial = Omit<GraphqlTrial, 'secret' | 'usersFile'>;

const complete = (trial: Trial): GraphqlTrial => ({ ...trial, secret: SECRET.secret, usersFile: users.path });
const start = (trial: Trial) => startGraphql(complete(trial));

describe.each([
  ['Apollo', 'code first', 'alone'],
  ['Apollo', 'schema first', 'alone'],
  ['Apollo', 'code first', 'in a federation'],
  ['Mercurius', 'code first', 'alone'],
  ['Mercurius', 'schema first', 'alone'],
  ['Mercurius', 'code first', 'in a federation'],
] as const)('an operation of %s, %s, %s', (driver, schema, place) => {
  const isFederated = place !== 'alone';
  let server: GraphqlServer;

  beforeAll(async () => {
    server = await start({ driver, schema, isFederated, isEnriched: true, ...(schema === 'schema first' && { jit: 1 }) });
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(() => server.seen());

  it('is admitted with the credentials of its request, and knows its caller', async () => {
    expect(await server.ask('{ orders { id } me }', await bearer())).toEqual({ data: { orders: [{ id: 'john' }], me: 'john' } });
    expect((await server.seen()).events[0]).toEqual({ transport: 'graphql', route: 'Orders.orders (Query.orders)', username: 'john' });
  });

  it('is refused with a code, without a reason and without a word in the log', async () => {
    await server.lines();
    const answers = [await server.ask('{ orders { id } }'), await server.ask('{ orders { id } }', { authorization: 'Bearer x' })];
    for (const answer of answers) {
      expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
      expect(answer.data).toBeFalsy();
      expect(answer.errors?.[0]?.extensions).not.toHaveProperty('reason');
      expect(JSON.stringify(answer)).not.toContain('statusCode');
    }
    expect((await server.seen()).events).toEqual(
      Array(2).fill({ transport: 'graphql', route: 'Orders.orders (Query.orders)', status: 401 }),
    );
    expect(await server.lines()).toEqual([]);
  });

  it('has a code for every kind of refusal', async () => {
    expect(codesOf(await server.ask('{ open { seller } }', await bearer()))).toEqual(['FORBIDDEN']);
    expect(codesOf(await server.ask('{ down }', { authorization: 'Bearer opaque' }))).toEqual(['UNAVAILABLE']);
    expect(codesOf(await server.ask('mutation { place(count: 12) }', await bearer()))).toEqual(['FORBIDDEN']);
    expect(await server.ask('mutation { place(count: 3) }', await bearer())).toEqual({ data: { place: 3 } });
    const tokens = { cookie: 'token=a; token=b', 'sec-fetch-site': 'same-origin' };
    expect(codesOf(await server.ask('{ ambient }', tokens))).toEqual(['BAD_REQUEST']);
    const guess = { authorization: basic('bob', 'guess') };
    const guesses: unknown[] = [];
    for (let attempt = 0; attempt < 20; attempt++) guesses.push(...codesOf(await server.ask('{ ambient }', guess)));
    expect([...new Set(guesses)]).toEqual(['UNAUTHENTICATED', 'TOO_MANY_REQUESTS']);
  });

  it('with optional credentials is admitted without any', async () => {
    expect(await server.ask('{ me }')).toEqual({ data: { me: 'nobody' } });
    expect(codesOf(await server.ask('{ me }', { authorization: 'Bearer x' }))).toEqual(['UNAUTHENTICATED']);
  });

  it('keeps its caller for itself: an open one of the same request knows none', async () => {
    const { data } = await server.ask('{ orders { id note margin } open { id note } }', asCaller);
    expect(data).toEqual({ orders: [{ id: 'carol', note: 'nobody', margin: 5 }], open: [{ id: 'nobody', note: 'nobody' }] });
  });

  it('checks the fields that are declared, and answers the others', async () => {
    const answer = await server.ask('{ open { id note margin seller } }');
    expect(answer.data).toEqual({ open: [{ id: 'nobody', note: 'nobody', margin: null, seller: null }] });
    expect(codesOf(answer)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    const { data } = await server.ask('{ open { seller } }', await bearer({ scope: 'sellers' }));
    expect(data).toEqual({ open: [{ seller: 'seller of nobody' }] });
  });

  it('checks the fields of an interface', async () => {
    expect(codesOf(await server.ask('{ item { id label } }'))).toEqual(['UNAUTHENTICATED']);
    expect(await server.ask('{ item { id label } }', asCaller)).toEqual({ data: { item: { id: '1', label: 'label for carol' } } });
  });

  it('authenticates once, whatever the number of aliases, fields and batched operations', async () => {
    const aliases = Array.from({ length: 200 }, (_, index) => `a${index}: orders { id margin }`).join(' ');
    expect(codesOf(await server.ask(`{ ${aliases} }`, asCaller))).toEqual([]);
    expect((await server.seen()).asked).toBe(1);
    const answers = await server.ask<GraphqlAnswer[]>(['{ orders { margin } }', '{ me }', '{ orders { id } }'], asCaller);
    expect(answers.map(({ data }) => data)).toEqual([{ orders: [{ margin: 5 }] }, { me: 'carol' }, { orders: [{ id: 'carol' }] }]);
    expect((await server.seen()).asked).toBe(1);
    await server.ask(`{ ${aliases} }`);
    expect((await server.seen()).asked).toBe(1);
  });

  it('is enriched once, whatever the number of fields, and whether the enricher knows the caller or not', async () => {
    const margins = Array.from({ length: 50 }, (_, index) => `a${index}: orders { id margin }`).join(' ');
    expect(codesOf(await server.ask(`{ ${margins} }`, asCaller))).toEqual([]);
    expect((await server.seen()).enriched).toBe(1);
    const refused = await server.ask('{ open { margin } item { label } again: open { margin } }', { 'x-caller': 'stranger' });
    expect(codesOf(refused)).toEqual(Array(3).fill('UNAUTHENTICATED'));
    expect((await server.seen()).enriched).toBe(1);
  });

  it('counts what browsers send by themselves only from the same origin or an allowed one', async () => {
    const token = { cookie: `token=${(await bearer()).authorization.slice(7)}` };
    const password = { authorization: basic('alice', 'alice@123') };
    const query = '{ ambient }';
    for (const credentials of [token, password]) {
      for (const from of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }])
        expect(codesOf(await server.ask(query, { ...credentials, ...from }))).toEqual(['FORBIDDEN']);
      expect(codesOf(await server.get(query, credentials))).toEqual(['FORBIDDEN']);
      for (const from of [{ origin: 'https://app.example.com' }, { 'sec-fetch-site': 'same-origin' }])
        expect(codesOf(await server.ask(query, { ...credentials, ...from }))).toEqual([]);
      expect(codesOf(await server.get(query, { ...credentials, 'sec-fetch-site': 'same-origin' }))).toEqual([]);
    }
    expect(codesOf(await server.ask(query, token))).toEqual(['FORBIDDEN']);
    expect(await server.ask(query, password)).toEqual({ data: { ambient: 'alice' } });
  });

  it('does not let another site try passwords', async () => {
    for (let attempt = 0; attempt < 20; attempt++)
      await server.ask('{ ambient }', { authorization: basic('alice', `guess ${attempt}`), origin: 'https://evil.example' });
    expect(await server.ask('{ ambient }', { authorization: basic('alice', 'alice@123') })).toEqual({ data: { ambient: 'alice' } });
  });

  it('has a line in the policy, as have the fields that are declared', () => {
    const rows = server.policy.filter(({ transport }) => transport === 'graphql').map(({ operation, access }) => `${operation} ${access}`);
    expect(rows).toEqual([
      'Item.label protected',
      'Mutation.place protected',
      ...(isFederated ? ['Order (reference) protected'] : []),
      'Order.margin protected',
      'Order.seller protected',
      ...['ambient', 'down'].map((name) => `Query.${name} protected`),
      'Query.item open',
      'Query.me protected',
      'Query.open open',
      'Query.orders protected',
      'Subscription.anyPlaced open',
      ...['filtered', 'hello', 'placed'].map((name) => `Subscription.${name} protected`),
    ]);
  });
});

describe.each(['Apollo', 'Mercurius'] as const)('the context of %s', (driver) => {
  const contexts = ['a function', 'an object', 'one object for all', 'frozen', 'a forged request', 'nothing'] as const;
  let servers: ReadonlyMap<string, GraphqlServer>;

  beforeAll(async () => {
    const started = await startGraphqls(contexts.map((context) => complete({ driver, schema: 'schema first', context })));
    servers = new Map(started.map((server, index) => [contexts[index] ?? '', server]));
  }, 60_000);
  afterAll(() => servers.get('nothing')?.stop());

  it.each(contexts)('may be %s: each operation has the caller of its own request', async (context) => {
    const server = servers.get(context) as GraphqlServer;
    const names = Array.from({ length: 20 }, (_, index) => `caller${index}`);
    const answers = await Promise.all(names.map((name) => server.ask('{ orders { id } }', { 'x-caller': name })));
    expect(answers.map(({ data }) => data)).toEqual(names.map((id) => ({ orders: [{ id }] })));
    expect(codesOf(await server.ask('{ orders { id } }'))).toEqual(['UNAUTHENTICATED']);
  });
});

describe.each(['Apollo', 'Mercurius'] as const)('a subgraph of %s', (driver) => {
  const entities = 'query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) { ... on Order { id note } } }';

  it('protects its reference resolvers, which get their caller, and lets authorizers see the reference', async () => {
    const server = await start({ driver, isFederated: true });
    try {
      expect(codesOf(await server.ask(entities, {}, { id: '5' }))).toEqual(['UNAUTHENTICATED']);
      expect(codesOf(await server.ask(entities, await bearer(), { id: '50' }))).toEqual(['FORBIDDEN']);
      expect((await server.ask(entities, await bearer(), { id: '5' })).data).toEqual({ _entities: [{ id: '5 for john', note: 'nobody' }] });
      expect(server.policy.map(({ operation }) => operation)).toContain('Order (reference)');
      expect(server.bootLines.join()).toContain('Query._service');
    } finally {
      await server.stop();
    }
  }, 60_000);
});

describe.each(['Apollo', 'Mercurius'] as const)('a request to %s', (driver) => {
  /** Where clients call the application, whatever its port is. */
  const publicUrl = 'https://api.example.com';
  const htu = `${publicUrl}/graphql`;
  const orders = [{ id: 'john' }];
  let explaining: GraphqlServer;
  let proving: GraphqlServer;
  let client: ProvingClient;
  let token: string;

  beforeAll(async () => {
    const schema = 'schema first';
    const trials: Trial[] = [
      { driver, schema, options: { explain: 'body' } },
      { driver, schema, dpop: 'accepted', options: { publicUrl } },
    ];
    [explaining, proving] = (await startGraphqls(trials.map(complete))) as [GraphqlServer, GraphqlServer];
    client = await provingClient();
    token = await mint(SECRET, goodClaims({ cnf: { jkt: client.jkt } }));
  }, 60_000);
  afterAll(() => proving.stop());

  const proven = (changes: object = {}, { proof } = client) => ({
    authorization: `DPoP ${token}`,
    dpop: proof({ htm: 'POST', htu, token, ...changes }),
  });

  it("has the reason of a refusal in its answer with explain: 'body'", async () => {
    const { errors } = await explaining.ask('{ open { seller } }', await bearer());
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', reason: expect.stringContaining('sellers') });
  });

  it('has one proof of a key (DPoP) for all its fields, or all the operations of its batch', async () => {
    expect(await proving.ask('{ orders { id } me }', proven())).toEqual({ data: { orders, me: 'john' } });
    const batch = ['{ orders { id } }', '{ me }'];
    expect(await proving.ask(batch, proven())).toEqual([{ data: { orders } }, { data: { me: 'john' } }]);
  });

  it('is refused with a proof that another request had, alone or in a batch', async () => {
    const headers = proven();
    expect(await proving.ask('{ orders { id } }', headers)).toEqual({ data: { orders } });
    expect(codesOf(await proving.ask('{ orders { id } }', headers))).toEqual(['UNAUTHENTICATED']);
    const batch = await proving.ask<GraphqlAnswer[]>(['{ orders { id } }', '{ orders { id } }'], headers);
    expect(batch.map(codesOf)).toEqual([['UNAUTHENTICATED'], ['UNAUTHENTICATED']]);
  });

  it('is refused with a proof for another URL or another method, with that of another key, and without one', async () => {
    const stranger = await provingClient();
    const refused = [
      proven({ htu: `${publicUrl}/orders` }),
      proven({ htu: 'https://other.example.com/graphql' }),
      proven({ htm: 'GET' }),
      proven({}, stranger),
      { authorization: `DPoP ${token}` },
      { authorization: `Bearer ${token}` },
      { ...proven(), authorization: `Bearer ${token}` },
    ];
    for (const headers of refused) expect(codesOf(await proving.ask('{ orders { id } }', headers))).toEqual(['UNAUTHENTICATED']);
    expect(await proving.ask('{ orders { id } }', await bearer())).toEqual({ data: { orders } });
  });
});
