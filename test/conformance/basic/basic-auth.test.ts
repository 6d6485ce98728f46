import { readFileSync } from 'node:fs';
import { hash } from '@node-rs/bcrypt';
import { requestOfAuthorization } from '../../../lib/http/auth-request.js';
import { readCredentials } from '../../../lib/http/authorization.js';
import { FileUserStoreStrategy } from '../../../lib/strategies/basic/file/file-user-store.strategy.js';
import { parseUserPass } from '../../../lib/strategies/basic/user-pass.js';
import type { Authenticator } from '../../../lib/strategies/strategy.js';
import { makeUsersFile, type UsersFile, type WrittenUser } from '../../support/users-file.js';

interface Case {
  readonly id: string;
  readonly kind: 'parse' | 'file';
  readonly authorization: string;
  readonly expected: unknown;
  /** Where we answer otherwise on purpose. */
  readonly differs?: { readonly reason: string; readonly expected: unknown };
}

const { users, cases } = JSON.parse(readFileSync(new URL('./basic-auth-cases.json', import.meta.url), 'utf8')) as {
  users: WrittenUser[];
  cases: Case[];
};
const rows = (kind: Case['kind']) => cases.filter((each) => each.kind === kind).map((each) => [each.id, each] as const);
const expectedOf = ({ expected, differs }: Case) => differs?.expected ?? expected;

describe("Ballerina's cases for reading Basic credentials", () => {
  it.each(rows('parse'))('%s', (_, each) => {
    const credentials = readCredentials(requestOfAuthorization(each.authorization), 'basic');
    const parsed = credentials.kind === 'present' ? parseUserPass(credentials.value) : undefined;
    expect(parsed ?? 'refused').toEqual(expectedOf(each));
  });
});

describe.each([
  ['plain text, as upstream', false],
  ['hashes', true],
] as const)("Ballerina's cases for the file user store, with passwords as %s", (_, hashed) => {
  let file: UsersFile;
  let authenticator: Authenticator;
  beforeAll(async () => {
    const hashOf = async (user: WrittenUser) => ({ ...user, password: hashed ? await hash(user.password, { cost: 4 }) : user.password });
    file = await makeUsersFile(await Promise.all(users.map(hashOf)));
    const strategy = new FileUserStoreStrategy({ trustedProxies: [], warn: () => undefined });
    authenticator = await strategy.prepare({ path: file.path, ...(!hashed && { allowPlainText: true }) }, 'users');
  });
  afterAll(async () => {
    await authenticator.close?.();
    await file.remove();
  });

  it.each(rows('file'))('%s', async (_id, each) => {
    const verdict = await authenticator.authenticate(requestOfAuthorization(each.authorization));
    if (expectedOf(each) === 'refused') expect(verdict.outcome).toBe('rejected');
    else expect(verdict).toMatchObject({ outcome: 'accepted', principal: expectedOf(each) });
  });
});

it('says why where we differ from Ballerina', () => {
  expect(cases.filter(({ differs }) => differs !== undefined).map(({ id, differs }) => `${id}: ${differs?.reason}`)).toEqual([
    'bal-auth-file-2: A principal always has a list of scopes; a user without any has an empty one.',
  ]);
});
