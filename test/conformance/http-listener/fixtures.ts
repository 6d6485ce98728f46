import { startServer } from '../../support/https-server.js';
import { startLdapDirectory } from '../../support/ldap-directory.js';
import { ldapConfig } from '../../support/ldap-facts.js';
import { createKey, createSecret, mint } from '../../support/tokens.js';
import { basic, makeUsersFile } from '../../support/users-file.js';
import type { DeclarativeCases } from './cases.js';

type Config = Readonly<Record<string, unknown>>;

/** One kind of entry: what the recorded config lacks to work here, and who is behind it. */
interface Kind {
  complete(config: Config): Config;
  close(): Promise<void>;
}

/** Everything that the recorded cases need to run here. */
export interface Fixtures {
  /** A recorded config with addresses and keys of this run. */
  complete(configKey: string, config: Config): Config;
  /** The `Authorization` header of recorded credentials. */
  authorization(credentials: string): Promise<string>;
  close(): Promise<void>;
}

const key = createKey('RS256');
const stranger = createSecret('HS256');

/** Starts what is behind every kind of entry. A kind that is not here has no cases in the table. */
export async function startFixtures(cases: DeclarativeCases): Promise<Fixtures> {
  const kinds: Readonly<Record<string, Kind>> = {
    jwtValidatorConfig: jwtKind(),
    fileUserStoreConfig: await fileKind(),
    ldapUserStoreConfig: await ldapKind(),
    oauth2IntrospectionConfig: await introspectionKind(cases),
  };
  return {
    complete(configKey, config) {
      const kind = kinds[configKey];
      if (kind === undefined) throw new Error(`There is no fixture for ${configKey}.`);
      return kind.complete(config);
    },
    authorization: (credentials) => authorizationOf(credentials, cases),
    async close() {
      for (const kind of Object.values(kinds)) await kind.close();
    },
  };
}

function jwtKind(): Kind {
  return { complete: (config) => ({ ...config, signatureConfig: { publicKey: key.pem } }), close: async () => {} };
}

/** The users of Ballerina's own test configuration. */
async function fileKind(): Promise<Kind> {
  const file = await makeUsersFile([
    { username: 'alice', password: 'xxx', scopes: ['write', 'update'] },
    { username: 'bob', password: 'yyy', scopes: ['read'] },
    { username: 'eve', password: '123' },
  ]);
  return { complete: (config) => ({ ...config, path: file.path, allowPlainText: true }), close: () => file.remove() };
}

async function ldapKind(): Promise<Kind> {
  const directory = await startLdapDirectory();
  return { complete: (config) => ({ ...ldapConfig(directory.url), ...config }), close: () => directory.stop() };
}

async function introspectionKind({ opaqueTokens }: DeclarativeCases): Promise<Kind> {
  const answers = new Map(Object.values(opaqueTokens).map(({ token, answer }) => [token, answer]));
  const server = await startServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('token') ?? '';
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(atThisTime(answers.get(token) ?? { active: false })));
  });
  const url = new URL('/oauth2/introspect', server.url).href;
  return { complete: (config) => ({ ...config, url }), close: () => server.close() };
}

async function authorizationOf(credentials: string, { tokens, opaqueTokens, users }: DeclarativeCases): Promise<string> {
  const token = tokens[credentials];
  if (token !== undefined)
    return `Bearer ${await mint(token.header.alg === 'HS256' ? stranger : key, atThisTime(token.payload), token.header)}`;
  const opaque = opaqueTokens[credentials];
  if (opaque !== undefined) return `Bearer ${opaque.token}`;
  const user = users[credentials];
  if (user === undefined) throw new Error(`There are no credentials "${credentials}".`);
  return basic(...user);
}

/** `now` and `now+300` in recorded claims are seconds of this run. */
function atThisTime(claims: Config): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  const resolve = (value: unknown) => {
    const [, offset] = /^now(\+\d+)?$/.exec(String(value)) ?? [];
    return /^now/.test(String(value)) ? now + Number(offset ?? 0) : value;
  };
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, resolve(value)]));
}
