import { setTimeout as wait } from 'node:timers/promises';
import { type GraphqlServer, type GraphqlSocket, removeGraphqlProgram, startGraphql } from '../support/graphql/server.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { makeUsersFile, type UsersFile } from '../support/users-file.js';

const SECRET = createSecret('HS256');
const PLACED = 'subscription { placed { id note margin } }';

const bearer = async (changes = {}) => `Bearer ${await mint(SECRET, goodClaims(changes))}`;

afterAll(removeGraphqlProgram);

describe.each(['Apollo', 'Mercurius'] as const)('a subscription of %s', (driver) => {
  let users: UsersFile;
  let server: GraphqlServer;
  let socket: GraphqlSocket | undefined;

  beforeAll(async () => {
    users = await makeUsersFile([{ username: 'alice', password: 'alice@123' }]);
    server = await startGraphql({
      driver,
      secret: SECRET.secret,
      usersFile: users.path,
      options: { revocation: { onUnavailable: 'refuse' } },
    });
  }, 120_000);
  afterEach(() => socket?.close());
  afterAll(async () => {
    await server.stop();
    await users.remove();
  });

  /** Places orders until the subscription has had one. */
  async function place(results: readonly unknown[]): Promise<void> {
    const authorization = await bearer();
    for (let attempt = 0; attempt < 100 && results.length === 0; attempt++) {
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
