import { codesOf, type GraphqlAnswer, type GraphqlServer, removeGraphqlProgram, startGraphql } from '../support/graphql/server.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { basic, makeUsersFile, type UsersFile } from '../support/users-file.js';

const SECRET = createSecret('HS256');
const bearer = async (changes = {}) => `Bearer ${await mint(SECRET, goodClaims(changes))}`;
const kindsOf = (answer: GraphqlAnswer) => [...new Set(codesOf(answer))];

/** An attack: what it does, and what the attacker sees. */
interface Attack {
  readonly name: string;
  readonly reference: string;
  readonly act: (server: GraphqlServer) => Promise<unknown>;
  readonly expected: unknown;
}

/** What an operation gets: the codes of its errors, and its data. */
const ask = (query: string, headers: () => Promise<Record<string, string>> | Record<string, string> = () => ({})): Attack['act'] => {
  return async (server) => {
    const answer = await server.ask(query, await headers());
    return [kindsOf(answer), answer.data ?? null];
  };
};

const PROTECTED = [['UNAUTHENTICATED'], null];
const aliases = (count: number, field: (index: number) => string) => Array.from({ length: count }, (_, index) => field(index)).join(' ');

const ATTACKS: readonly Attack[] = [
  {
    name: 'an alias with the name of an open query',
    reference: 'GraphQL §2.7, OWASP GraphQL Cheat Sheet',
    act: ask('{ open: orders { id } }'),
    expected: PROTECTED,
  },
  {
    name: 'a protected query in fragments, named, nested and inline',
    reference: 'GraphQL §2.8',
    act: ask(
      'query { ...A } fragment A on Query { ... on Query { ...B } } fragment B on Query { ... @include(if: true) { orders { id } } }',
    ),
    expected: PROTECTED,
  },
  {
    name: 'an operation of several that is not the one that is named open',
    reference: 'GraphQL §6.1',
    act: ask('query open { orders { id } }'),
    expected: PROTECTED,
  },
  {
    name: 'an open query before protected ones lends no caller and no admission',
    reference: 'OWASP API1:2023, API3:2023',
    act: ask('{ open { id note margin } first: open { margin } item { label } }', async () => ({
      'x-caller': 'mallory',
      authorization: 'Bearer x',
    })),
    expected: [[], { open: [{ id: 'nobody', note: 'nobody', margin: 7 }], first: [{ margin: 7 }], item: { label: 'label for mallory' } }],
  },
  {
    name: 'guesses of passwords by aliases of one request',
    reference: 'OWASP API4:2023, CWE-307',
    async act(server) {
      const guess = { authorization: basic('alice', 'guess') };
      const answer = await server.ask(`{ ${aliases(100, (index) => `a${index}: ambient`)} }`, guess);
      // The guesses count as one: the user is not locked out.
      return [kindsOf(answer), kindsOf(await server.ask('{ ambient }', { authorization: basic('alice', 'alice@123') }))];
    },
    expected: [['UNAUTHENTICATED'], []],
  },
  {
    name: 'a batch whose first operation is admitted',
    reference: 'OWASP GraphQL Cheat Sheet (batching)',
    async act(server) {
      const answers = await server.ask<GraphqlAnswer[]>(['{ open { id } }', '{ orders { id } }', '{ me }']);
      return answers.map(kindsOf);
    },
    expected: [[], ['UNAUTHENTICATED'], []],
  },
  {
    name: 'a mutation sent as GET',
    reference: 'GraphQL over HTTP §6.2.1',
    async act(server) {
      return (await server.get('mutation { place(count: 3) }', { authorization: await bearer() })).data ?? null;
    },
    expected: null,
  },
  {
    name: 'variables that pose as a context or as arguments of an authorizer',
    reference: 'CWE-1321',
    async act(server) {
      const variables = JSON.parse('{ "count": 12, "__proto__": { "count": 1 }, "context": { "req": {} } }');
      const answer = await server.ask('mutation ($count: Int!) { place(count: $count) }', { authorization: await bearer() }, variables);
      // Fastify refuses such a body before GraphQL reads it.
      return [answer.data?.place ?? 'not placed', kindsOf(answer).every((code) => code === 'FORBIDDEN' || code === undefined)];
    },
    expected: ['not placed', true],
  },
  {
    name: 'a simple request of another site with the cookie of its visitor',
    reference: 'CWE-352, OWASP GraphQL Cheat Sheet (CSRF)',
    act: async (server) => {
      const cookie = `token=${(await bearer()).slice(7)}`;
      const answers = [];
      for (const headers of [
        { cookie, origin: 'https://evil.example' },
        { cookie, origin: 'null' },
        { cookie, 'sec-fetch-site': 'cross-site' },
      ])
        answers.push(kindsOf(await server.ask('{ ambient }', headers)), kindsOf(await server.get('{ ambient }', headers)));
      return answers;
    },
    expected: Array(6).fill(['FORBIDDEN']),
  },
  {
    name: 'header fields in connection_init: of proxies, of callers, of certificates',
    reference: 'CWE-290, CWE-348',
    async act(server) {
      const posing = {
        'x-caller': 'mallory',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-client-cert': 'Subject="CN=admin"',
        cookie: 'token=x',
      };
      const socket = server.connect({ ...posing, headers: posing, payload: posing, rawHeaders: ['x-caller', 'mallory'] });
      const { results, over } = socket.start('{ me orders { id } }');
      await over;
      await socket.close();
      return results.map(kindsOf);
    },
    expected: [['UNAUTHENTICATED']],
  },
  {
    name: 'two credentials in connection_init, in two spellings',
    reference: 'RFC 9110 §5.3',
    async act(server) {
      const socket = server.connect({ authorization: await bearer(), Authorization: await bearer({ sub: 'eve' }) });
      const { results, over } = socket.start('{ orders { id } }');
      await over;
      await socket.close();
      return results.map(kindsOf);
    },
    expected: [['BAD_REQUEST']],
  },
];

afterAll(removeGraphqlProgram);

describe.each(['Apollo', 'Mercurius'] as const)('attacks on GraphQL of %s', (driver) => {
  let users: UsersFile;
  let server: GraphqlServer;

  beforeAll(async () => {
    users = await makeUsersFile([{ username: 'alice', password: 'alice@123' }]);
    server = await startGraphql({ driver, secret: SECRET.secret, usersFile: users.path });
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await users.remove();
  });

  it.each(ATTACKS)(
    '$name ($reference)',
    async ({ act, expected }) => {
      expect(await act(server)).toEqual(expected);
    },
    30_000,
  );
});
