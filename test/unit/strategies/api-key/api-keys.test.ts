import { createHash } from 'node:crypto';
import { AuthConfigurationError } from 'nest-service-auth';
import { readApiKeys } from '../../../../lib/strategies/api-key/api-keys.js';
import { makeKey } from '../../../support/api-keys-file.js';

const read = (...tables: readonly string[]) => readApiKeys(tables.join('\n'), 'Config.toml', 'partners');
const principalOf = (id: string, key: string, ...tables: readonly string[]) => read(...tables).find(id, key)?.verdict.principal;

function problemsOf(...tables: readonly string[]): string[] {
  try {
    read(...tables);
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.problems.map(({ message }) => message);
    throw error;
  }
  throw new Error('there is no problem');
}

describe('a file of API keys', () => {
  const billing = makeKey('billing-1', 'client = "billing"', 'scopes = ["read", "write"]', 'roles = ["Order Clerk"]');

  it('names the client, its scopes and its roles, and which of its keys came', () => {
    expect(principalOf('billing-1', billing.key, billing.table)).toEqual({
      scheme: 'partners',
      method: 'apiKey',
      username: 'billing',
      clientId: 'billing',
      scopes: ['read', 'write'],
      roles: ['Order Clerk'],
      permissions: [],
      claims: { keyId: 'billing-1' },
    });
  });

  it('takes the id for the client where there is no other name', () => {
    const shop = makeKey('shop');
    expect(principalOf('shop', shop.key, shop.table)).toMatchObject({ username: 'shop', clientId: 'shop', scopes: [], roles: [] });
  });

  it('holds several keys of one client, each with scopes of its own', () => {
    const next = makeKey('billing-2', 'client = "billing"');
    const keys = read(billing.table, next.table);
    expect(keys.size).toBe(2);
    expect(keys.find('billing-1', billing.key)?.verdict.principal).toMatchObject({ clientId: 'billing', scopes: ['read', 'write'] });
    expect(keys.find('billing-2', next.key)?.verdict.principal).toMatchObject({ clientId: 'billing', scopes: [] });
  });

  it('knows no key by the digest or the secret of another', () => {
    const other = makeKey('other');
    const keys = read(billing.table, other.table);
    const swapped = `other${billing.key.slice('billing-1'.length)}`;
    expect(keys.find('other', swapped)).toBeUndefined();
    expect(keys.find('billing-1', other.key)).toBeUndefined();
    expect(keys.find('nobody', billing.key)).toBeUndefined();
    expect(keys.find('__proto__', billing.key)).toBeUndefined();
  });

  it('stands beside users and the configuration of others, in tables or inline', () => {
    const digest = createHash('sha256').update(billing.key).digest('hex').toUpperCase();
    const keys = read(
      `auth.users = [{ username = "alice", password = "x", unknown = 1 }]`,
      `auth.apiKeys = [{ id = "billing-1", key = "sha256:${digest}" }]`,
    );
    expect(keys.find('billing-1', billing.key)).toBeDefined();
  });

  it.each([
    ['2027-01-31', Date.UTC(2027, 0, 31)],
    ['2027-01-31T12:00:00Z', Date.UTC(2027, 0, 31, 12)],
    ['2027-01-31T12:00:00+02:00', Date.UTC(2027, 0, 31, 10)],
    ['2027-01-31 12:00:00.5Z', Date.UTC(2027, 0, 31, 12, 0, 0, 500)],
  ])('takes %s for the end of a key', (expires, expected) => {
    const key = makeKey('a', `expires = ${expires}`);
    const known = read(key.table).find('a', key.key);
    expect(known?.expires).toBe(expected);
    expect(known?.verdict.principal.claims).toEqual({ keyId: 'a', exp: Math.floor(expected / 1000) });
  });

  it.each(['2027-01-31T12:00:00', '12:00:00', '"2027-01-31"', '1801396800', 'true'])(
    'does not guess what expires = %s means',
    (expires) => {
      expect(problemsOf(makeKey('a', `expires = ${expires}`).table)).toEqual([
        expect.stringMatching(/^Config\.toml:4: auth\.apiKeys\[0\]\.expires must be a TOML date .* with its offset .* without quotes$/),
      ]);
    },
  );

  it.each([
    ['a key in clear', billing.key],
    ['its secret alone', billing.key.split('.')[1] ?? ''],
    ['a digest without its name', createHash('sha256').update(billing.key).digest('hex')],
    ['a digest that is cut off', `sha256:${createHash('sha256').update(billing.key).digest('hex').slice(1)}`],
    ['a digest with more before it', `x sha256:${createHash('sha256').update(billing.key).digest('hex')}`],
    ['a digest with more behind it', `sha256:${createHash('sha256').update(billing.key).digest('hex')}0`],
    ['another hash', `sha512:${createHash('sha512').update(billing.key).digest('hex')}`],
  ])('refuses %s, and does not repeat it', (_, stored) => {
    const [problem, more] = problemsOf('[[auth.apiKeys]]', 'id = "a"', `key = "${stored}"`);
    expect(more).toBeUndefined();
    expect(problem).toMatch(/^Config\.toml:3: auth\.apiKeys\[0\]\.key must be the SHA-256 digest of the key, .*create-api-key/);
    expect(problem).not.toContain(stored);
  });

  it.each([
    ['an unknown field', 'scope = ["a"]', /apiKeys\[0\]\.scope is not a known field\. Did you mean "scopes"/],
    ['scopes in one string', 'scopes = "a b"', /apiKeys\[0\]\.scopes must be a list, not a string/],
    ['an empty client', 'client = ""', /apiKeys\[0\]\.client must not be empty/],
    ['a client with a line break', 'client = "a\\nb"', /apiKeys\[0\]\.client must not be empty, and must have no control characters/],
  ])('refuses %s', (_, line, expected) => {
    expect(problemsOf(makeKey('a', line).table)).toEqual([expect.stringMatching(expected)]);
  });

  it.each(['a.b', 'a b', '', 'ä', 'a'.repeat(65)])('refuses the id %j', (id) => {
    expect(problemsOf(makeKey(id).table)).toEqual([expect.stringContaining('apiKeys[0].id must')]);
  });

  it('refuses a second key of the same id', () => {
    expect(problemsOf(billing.table, makeKey('billing-1').table)).toEqual([
      expect.stringMatching(/apiKeys\[1\]\.id "billing-1" is there already/),
    ]);
  });

  it('refuses a table where a list of tables belongs', () => {
    expect(problemsOf('[auth.apiKeys]', 'id = "a"')).toEqual([
      'Config.toml: auth.apiKeys must be a list of tables: begin each key with [[auth.apiKeys]]',
    ]);
  });
});
