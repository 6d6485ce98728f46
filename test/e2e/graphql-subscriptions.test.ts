import { setTimeout as wait } from 'node:timers/promises';
import { codesOf, type GraphqlServer, type GraphqlSocket, removeGraphqlProgram, startGraphql } from '../support/graphql/server.js';
import { provingClient } from '../support/proofs.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { basic, makeUsersFile, type UsersFile } from '../support/users-file.js';

const SECRET = createSecret('HS256');
const PLACED = 'subscription { placed { id note margin } }';
/** Where clients call the application, whatever its port is. */
const PUBLIC = 'https://api.example.com';

const bearer = async (changes = {}) => `Bearer ${await mint(SECRET, goodClaims(changes))}`;

afterAll(removeGraphqlProgram);

describe.each([
  ['Apollo', 'alone'],
  ['Apollo', 'in a federation'],
  ['Mercurius', 'alone'],
  ['Mercurius', 'in a federation'],
] as const)('a subscription of %s, %s', (driver, where) => {
  let users: UsersFile;
  let server: GraphqlServer;
  let socket: GraphqlSocket | undefined;

  beforeAll(async () => {
    users = await makeUsersFile([{ username: 'alice', password: 'alice@123' }]);
    server = await startGraphql({
      driver,
      secret: SECRET.secret,
      usersFile: users.path,
      isFederated: where !== 'alone',
      dpop: { mode: 'accepted', maxAge: 5 },
      options: { publicUrl: PUBLIC, revocation: { onUnavailable: 'refuse' } },
    });
  }, 120_000);
  afterEach(() => socket?.close());
  afterAll(async () => {
    await server.stop();
    await users.remove();
  });

  /** Places orders until the subscription has had one, or more. */
  async function place(results: readonly unknown[], count = 1): Promise<void> {
    const authorization = await bearer();
    for (let attempt = 0; attempt < 100 && results.length < count; attempt++) {
      await server.ask('mutation { place(count: 4) }', { authorization });
      await wait(50);
    }
  }

  /** What a refused client is told: as a result on Apollo, as an error on Mercurius. */
  async function refusal(connection: GraphqlSocket, query = PLACED): Promise<unknown> {
    const { results, over } = connection.start(query);
    const error = await over;
    return [Array.isArray(error) ? error : [], results.flatMap(({ errors = [] }) => errors)].flat()[0]?.extensions?.code;
  }

  it.each(['authorization', 'Authorization', 'AUTHORIZATION'])(
    'starts with the token of connectionParams.%s',
    async (name) => {
      socket = server.connect({ [name]: await bearer() });
      const { results } = socket.start(PLACED);
      await place(results);
      expect(results[0]).toEqual({ data: { placed: { id: '4', note: 'nobody', margin: 4 } } });
    },
    30_000,
  );

  it('starts with the token of the upgrade', async () => {
    socket = server.connect({}, { authorization: await bearer() });
    const { results } = socket.start(PLACED);
    await place(results);
    expect(results[0]?.data).toMatchObject({ placed: { id: '4' } });
  }, 30_000);

  it('is refused at the start without credentials, and with two', async () => {
    socket = server.connect();
    expect(await refusal(socket)).toBe('UNAUTHENTICATED');
    await socket.close();
    socket = server.connect({ authorization: await bearer({ sub: 'eve' }) }, { authorization: await bearer() });
    expect(await refusal(socket)).toBe('BAD_REQUEST');
    await socket.close();
    socket = server.connect({ authorization: ['Bearer', 'x'] });
    expect(await refusal(socket)).toBe('UNAUTHENTICATED');
  }, 30_000);

  it('takes nothing else of connectionParams for a header field', async () => {
    socket = server.connect({ 'x-caller': 'mallory', headers: { 'x-caller': 'mallory' } });
    const { results } = socket.start('subscription { anyPlaced { id margin } }');
    await place(results);
    expect(results[0]?.data).toEqual({ anyPlaced: { id: '4', margin: null } });
    expect(results[0]?.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  }, 30_000);

  it('counts what a browser sent by itself with the upgrade only from the same origin or an allowed one', async () => {
    const token = { cookie: `token=${(await bearer()).slice('Bearer '.length)}` };
    const password = { authorization: basic('alice', 'alice@123') };
    const outcomeOf = async (params: Record<string, string>, headers: Record<string, string>) => {
      socket = server.connect(params, headers);
      const { results, over } = socket.start('{ ambient }');
      await over;
      await socket.close();
      return codesOf(results[0] ?? {})[0] ?? results[0]?.data?.ambient;
    };
    const evil = { origin: 'https://evil.example' };
    for (const credentials of [token, password]) {
      expect(await outcomeOf({}, { ...credentials, ...evil })).toBe('FORBIDDEN');
      expect(await outcomeOf({}, { ...credentials, 'sec-fetch-site': 'same-site' })).toBe('FORBIDDEN');
      expect(await outcomeOf({}, { ...credentials, origin: 'https://app.example.com' })).toMatch(/^(john|alice)$/);
    }
    expect(await outcomeOf({}, token)).toBe('FORBIDDEN');
    // A password that another site's page was told: it may try no others.
    expect(await outcomeOf(password, evil)).toBe('FORBIDDEN');
  }, 30_000);

  it('with a token that is bound to a key takes one proof, of its upgrade, for all of its events, and the proof may grow old', async () => {
    const client = await provingClient();
    const token = await mint(SECRET, goodClaims({ cnf: { jkt: client.jkt } }));
    const authorization = `DPoP ${token}`;
    const proof = (changes: object = {}) => client.proof({ htm: 'GET', htu: `${PUBLIC}/graphql`, token, ...changes });
    const used = proof();
    socket = server.connect({ authorization }, { dpop: used });
    const { results } = socket.start(PLACED);
    await place(results);
    await wait(6000);
    await place(results, results.length + 1);
    expect(results).toEqual(results.map(() => ({ data: { placed: { id: '4', note: 'nobody', margin: 4 } } })));
    await socket.close();
    const refused: readonly Record<string, string>[] = [
      {},
      { dpop: used },
      { dpop: proof({ htm: 'POST' }) },
      { dpop: proof({ htu: PUBLIC }) },
    ];
    for (const headers of refused) {
      socket = server.connect({ authorization }, headers);
      expect(await refusal(socket)).toBe('UNAUTHENTICATED');
      await socket.close();
    }
    socket = server.connect({ authorization: `Bearer ${token}` }, { dpop: proof() });
    expect(await refusal(socket)).toBe('UNAUTHENTICATED');
  }, 30_000);

  it('ends when its token expires, with an error and 4401', async () => {
    socket = server.connect({ authorization: await bearer({ exp: Math.floor(Date.now() / 1000) + 3 }) });
    expect(await refusal(socket)).toBe('UNAUTHENTICATED');
    expect(await socket.closed).toBe(4401);
  }, 30_000);

  it('ends when its token is revoked, with an error and 4401, and no other does', async () => {
    const authorization = await bearer({ jti: 'to be revoked' });
    const other = server.connect({ authorization: await bearer({ jti: 'another' }) });
    const kept = other.start(PLACED);
    socket = server.connect({ authorization });
    const { results, over } = socket.start(PLACED);
    await place(results);
    await place(kept.results);
    await server.revoke({ jti: 'to be revoked' });
    expect(await socket.closed).toBe(4401);
    const error = await over;
    const errors = [Array.isArray(error) ? error : [], results.flatMap((each) => each.errors ?? [])].flat();
    expect(errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    kept.results.splice(0);
    await place(kept.results);
    expect(kept.results[0]?.data).toBeTruthy();
    await other.close();
  }, 30_000);

  it('ends when the client ends it', async () => {
    socket = server.connect({ authorization: await bearer() });
    const { results, over, stop } = socket.start(PLACED);
    await place(results);
    stop();
    expect(await over).toBeUndefined();
  }, 30_000);

  it('leaves queries over the same connection to the same rules', async () => {
    socket = server.connect({ authorization: await bearer() });
    const { results, over } = socket.start('{ me orders { id } }');
    await over;
    expect(results).toEqual([{ data: { me: 'john', orders: [{ id: 'john' }] } }]);
  }, 30_000);

  it('gets its caller', async () => {
    socket = server.connect({ authorization: await bearer() });
    const { results, over } = socket.start('subscription { hello }');
    await over;
    expect(results).toEqual([{ data: { hello: 'john' } }]);
  }, 30_000);

  it('and queries defer no field: neither driver knows @defer with this version of graphql', async () => {
    const { data, errors } = await server.ask('{ open { id ... @defer { margin } } }');
    expect([data ?? null, errors?.[0]?.message]).toEqual([null, expect.stringMatching(/directive.*@defer/i)]);
  });
});
