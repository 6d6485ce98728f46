import { request } from 'node:https';
import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { codesOf, type GraphqlAnswer, type GraphqlServer, removeGraphqlProgram, startGraphql } from '../support/graphql/server.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { makeUsersFile, type UsersFile } from '../support/users-file.js';

const SECRET = createSecret('HS256');
const bearer = async (claims = {}) => ({ authorization: `Bearer ${await mint(SECRET, goodClaims(claims))}` });

let users: UsersFile;

beforeAll(async () => {
  users = await makeUsersFile([{ username: 'alice', password: 'alice@123' }]);
});

afterAll(async () => {
  await users.remove();
  await removeGraphqlProgram();
});

/** What a query over a connection gets. */
async function over(socket: ReturnType<GraphqlServer['connect']>, query: string): Promise<unknown> {
  const { results, over: ended } = socket.start(query);
  const error = await ended;
  await socket.close();
  return Array.isArray(error) ? error[0]?.extensions?.code : (codesOf(results[0] ?? {})[0] ?? results[0]?.data);
}

describe.each(['Apollo', 'Mercurius'] as const)('a GraphQL server of %s over TLS', (driver) => {
  let ca: TestCa;
  let alice: IssuedCertificate;
  let server: GraphqlServer;

  beforeAll(async () => {
    ca = await createTestCa();
    const [own, client] = await Promise.all([ca.issue(), ca.issue({ cn: 'alice' })]);
    alice = client;
    const tls = { certFile: own.certPem, keyFile: own.keyPem, ca: ca.certPem };
    server = await startGraphql({ driver, secret: SECRET.secret, usersFile: users.path, tls });
  }, 60_000);
  afterAll(() => server.stop());

  const withAlice = () => ({ ca: ca.certPem, cert: alice.certPem, key: alice.keyPem });

  function ask(query: string, tls: object, headers: Readonly<Record<string, string>> = {}): Promise<GraphqlAnswer> {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', ...tls, headers: { 'content-type': 'application/json', ...headers } };
      const sent = request(`https://localhost:${server.port}/graphql`, options, async (response) => {
        resolve(JSON.parse((await response.toArray()).join('')));
      });
      sent.once('error', reject);
      sent.end(JSON.stringify({ query }));
    });
  }

  it('knows the caller of a client certificate, which counts from this site alone', async () => {
    expect(codesOf(await ask('{ ambient }', { ca: ca.certPem }))).toEqual(['UNAUTHENTICATED']);
    expect(await ask('{ ambient }', withAlice())).toEqual({ data: { ambient: 'alice' } });
    expect(codesOf(await ask('{ ambient }', withAlice(), { origin: 'https://evil.example' }))).toEqual(['FORBIDDEN']);
  });

  it('knows it in subscriptions, and from this site alone', async () => {
    const hello = 'subscription { hello }';
    expect(await over(server.connect({}, {}, { ca: ca.certPem }), hello)).toBe('UNAUTHENTICATED');
    expect(await over(server.connect({}, {}, withAlice()), hello)).toEqual({ hello: 'alice' });
    expect(await over(server.connect({}, { origin: 'https://evil.example' }, withAlice()), hello)).toBe('FORBIDDEN');
  });
});

describe.each(['Apollo', 'Mercurius'] as const)('the callers of a test of %s', (driver) => {
  it('are the callers of requests and of subscriptions', async () => {
    const server = await startGraphql({ driver, secret: SECRET.secret, usersFile: users.path, isOverridden: true });
    try {
      const carol = await server.as({ username: 'carol' });
      expect(await server.ask('{ me }', carol)).toEqual({ data: { me: 'carol' } });
      expect(await over(server.connect(carol), 'subscription { hello }')).toEqual({ hello: 'carol' });
      expect(await over(server.connect({}, carol), 'subscription { hello }')).toEqual({ hello: 'carol' });
      expect(await over(server.connect(await bearer()), 'subscription { hello }')).toBe('UNAUTHENTICATED');
      expect(await over(server.connect(), 'subscription { hello }')).toBe('UNAUTHENTICATED');
      expect(codesOf(await server.ask('{ open { seller } }', carol))).toEqual(['FORBIDDEN']);
    } finally {
      await server.stop();
    }
  }, 60_000);
});
