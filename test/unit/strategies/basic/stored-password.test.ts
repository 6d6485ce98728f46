import { scryptSync } from 'node:crypto';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import { HASH_KINDS, readStoredPassword } from '../../../../lib/strategies/basic/password/stored-password.js';

const b64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64').replace(/=+$/, '');
/** The third test vector of RFC 7914 §12. */
const RFC7914 = `$scrypt$ln=14,r=8,p=1$${Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '')}$${b64(
  '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
)}`;
const ARGON2 = '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$wVPmr8YCG4Fj38wYmUodwjrjD2So6mDJ74QQA19H2Fk';
const SALT = 'c29tZXNhbHRzb21l';
const KEY = 'A'.repeat(43);

const matches = async (stored: string, password: string, allowPlainText = false) =>
  (await readStoredPassword(stored, allowPlainText)).matches(password);

describe('a stored password', () => {
  it('may be scrypt, as RFC 7914 computes it', async () => {
    expect(await matches(RFC7914, 'pleaseletmein')).toBe(true);
    expect(await matches(RFC7914, 'pleaseletmeiN')).toBe(false);
  });

  it('may be argon2id', async () => {
    expect(await matches(ARGON2, 'pw')).toBe(true);
    expect(await matches(ARGON2, 'pW')).toBe(false);
  });

  it.each(['2a', '2b', '2y'])('may be bcrypt $%s$', async (version) => {
    const stored = (await bcryptHash('geheim', { cost: 4 })).replace('$2b$', `$${version}$`);
    expect(await matches(stored, 'geheim')).toBe(true);
    expect(await matches(stored, 'geheiM')).toBe(false);
  });

  it('is refused by bcrypt when a longer one is tried, and not cut off', async () => {
    const stored = await bcryptHash('é'.repeat(36), { cost: 4 });
    expect(await matches(stored, 'é'.repeat(36))).toBe(true);
    expect(await matches(stored, `${'é'.repeat(36)}x`)).toBe(false);
  });

  it('may be plain text where that is allowed, and nowhere else', async () => {
    expect(await matches('geheim', 'geheim', true)).toBe(true);
    expect(await matches('geheim', 'geheim2', true)).toBe(false);
    await expect(readStoredPassword('geheim', false)).rejects.toThrow(/hash-password.*allowPlainText: true/);
  });

  it.each(['in$the$middle', '$no-end', '$UPPER$case', 'x$argon2id$v=19', 'x$2b$10$', 'x$scrypt$', 'my$6$pence'])(
    'may be a plain text that has a dollar sign, and is no hash: %s',
    async (text) => {
      expect(await matches(text, text, true)).toBe(true);
      expect(await matches(text, `${text}x`, true)).toBe(false);
    },
  );

  it.each([
    ['argon2id', '$argon2id$v=19$m=1048576,t=8,p=16$c29tZXNhbHRzb21lc2FsdA$wVPmr8YCG4Fj38wYmUodwjrjD2So6mDJ74QQA19H2Fk'],
    ['argon2id', '$argon2id$v=19$m=131072,t=64,p=1$c29tZXNhbHRzb21lc2FsdA$wVPmr8YCG4Fj38wYmUodwjrjD2So6mDJ74QQA19H2Fk'],
    ['bcrypt', `$2b$04$${'a'.repeat(53)}`],
    ['bcrypt', `$2b$16$${'a'.repeat(53)}`],
    ['scrypt', `$scrypt$ln=20,r=8,p=1$${SALT}$${KEY}`],
    ['scrypt', `$scrypt$ln=10,r=32,p=16$${'A'.repeat(11)}$${'A'.repeat(22)}`],
    ['scrypt', `$scrypt$ln=10,r=1,p=1$${'A'.repeat(86)}$${'A'.repeat(86)}`],
  ])('may cost as little or as much as %s may: %s', async (_, stored) => {
    await expect(readStoredPassword(stored, false)).resolves.toHaveProperty('matches');
  });

  it('may be scrypt with the most blocks that are accepted', async () => {
    const stored = `$scrypt$ln=10,r=32,p=16$${SALT}$${KEY}`;
    const { N, r, p, maxmem } = { N: 1024, r: 32, p: 16, maxmem: 2 ** 26 };
    const right = scryptSync('pw', Buffer.from(SALT, 'base64'), 32, { N, r, p, maxmem }).toString('base64').replace(/=+$/, '');
    expect(await matches(stored.replace(KEY, right), 'pw')).toBe(true);
    expect(await matches(stored, 'pw')).toBe(false);
  });

  it.each([
    ['empty', '', /has control characters/],
    ['a text with a line break', 'a\nb', /has control characters/],
  ])('that is %s is refused, for no client may send it', async (_, stored, message) => {
    await expect(readStoredPassword(stored, true)).rejects.toThrow(message);
  });

  it.each([
    ['a hash of another kind', '$6$rounds=5000$abc$def', /is not a known hash/],
    ['a hash of a kind with a long name', '$pbkdf2-sha256$29000$abc$def', /is not a known hash/],
    ['argon2i', ARGON2.replace('argon2id', 'argon2i'), /\$argon2id\$v=19/],
    ['a version of argon2 that is not 19', ARGON2.replace('v=19', 'v=16'), /\$argon2id\$v=19/],
    ['argon2id that wants too much memory', ARGON2.replace('m=64', 'm=4194304'), /has m=4194304, which must be from 8 to 1048576/],
    ['argon2id that wants too much work', ARGON2.replace('m=64,t=1', 'm=1048576,t=64'), /more work than a login may cost/],
    ['argon2 of no kind', ARGON2.replace('argon2id', 'argon2'), /\$argon2id\$v=19/],
    ['argon2d', ARGON2.replace('argon2id', 'argon2d'), /\$argon2id\$v=19/],
    ['argon2id with text after it', `${ARGON2}$x`, /\$argon2id\$v=19/],
    ['argon2id without memory', ARGON2.replace('m=64', 'm=7'), /has m=7, which must be from 8/],
    ['argon2id without passes', ARGON2.replace('t=1', 't=0'), /has t=0, which must be from 1 to 64/],
    ['argon2id with too many passes', ARGON2.replace('t=1', 't=65'), /has t=65, which must be from 1 to 64/],
    ['argon2id without lanes', ARGON2.replace('p=1', 'p=0'), /has p=0, which must be from 1 to 16/],
    ['argon2id with too many lanes', ARGON2.replace('p=1', 'p=17'), /has p=17, which must be from 1 to 16/],
    ['a damaged argon2id', ARGON2.slice(0, -2), /damaged/],
    ['bcrypt that wants hours', `$2b$31$${'a'.repeat(53)}`, /has cost=31, which must be from 4 to 16/],
    ['bcrypt that costs nothing', `$2b$03$${'a'.repeat(53)}`, /has cost=3, which must be from 4 to 16/],
    ['bcrypt that costs too much', `$2b$17$${'a'.repeat(53)}`, /has cost=17, which must be from 4 to 16/],
    ['bcrypt of the first kind', `$2$10$${'a'.repeat(53)}`, /53 characters/],
    ['bcrypt of a faulty kind', `$2x$10$${'a'.repeat(53)}`, /53 characters/],
    ['bcrypt with text after it', `$2b$10$${'a'.repeat(54)}`, /53 characters/],
    ['a cut-off bcrypt', `$2b$10$${'a'.repeat(50)}`, /53 characters/],
    ['scrypt that wants a terabyte', `$scrypt$ln=33,r=8,p=1$${SALT}$${KEY}`, /has ln=33, which must be from 10 to 20/],
    ['scrypt that costs nothing', `$scrypt$ln=1,r=8,p=1$${SALT}$${KEY}`, /has ln=1,/],
    ['scrypt that wants too much work', `$scrypt$ln=20,r=32,p=16$${SALT}$${KEY}`, /more work than a login may cost/],
    ['scrypt that costs little', `$scrypt$ln=9,r=8,p=1$${SALT}$${KEY}`, /has ln=9, which must be from 10 to 20/],
    ['scrypt without blocks', `$scrypt$ln=14,r=0,p=1$${SALT}$${KEY}`, /has r=0, which must be from 1 to 32/],
    ['scrypt with too large blocks', `$scrypt$ln=14,r=33,p=1$${SALT}$${KEY}`, /has r=33, which must be from 1 to 32/],
    ['scrypt without lanes', `$scrypt$ln=14,r=8,p=0$${SALT}$${KEY}`, /has p=0, which must be from 1 to 16/],
    ['scrypt with too many lanes', `$scrypt$ln=14,r=8,p=17$${SALT}$${KEY}`, /has p=17, which must be from 1 to 16/],
    ['scrypt with a little too much work', `$scrypt$ln=20,r=8,p=2$${SALT}$${KEY}`, /more work than a login may cost/],
    ['scrypt with unused bits that are set', `$scrypt$ln=14,r=8,p=1$${SALT}$${'A'.repeat(42)}B`, /has a hash that is not Base64/],
    ['scrypt with a long salt', `$scrypt$ln=14,r=8,p=1$${'A'.repeat(87)}$${KEY}`, /has salt length=65/],
    ['scrypt with padding', `$scrypt$ln=14,r=8,p=1$${SALT}==$${KEY}`, /is not of the form/],
    ['scrypt with a short salt', `$scrypt$ln=14,r=8,p=1$YQ$${KEY}`, /has salt length=1/],
    ['scrypt with an empty hash', `$scrypt$ln=14,r=8,p=1$${SALT}$AA`, /has hash length=1/],
  ])('that is %s is refused, plain text allowed or not, without being repeated', async (_, stored, message) => {
    for (const allowPlainText of [true, false]) {
      const error = await readStoredPassword(stored, allowPlainText).then(
        () => new Error('was accepted'),
        (reason: Error) => reason,
      );
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain(stored);
    }
  });
});

it('a damaged hash is refused with what its library says as the cause', async () => {
  await expect(readStoredPassword(ARGON2.slice(0, -2), false)).rejects.toHaveProperty('cause.message');
});

it('a new password that bcrypt would cut off is not hashed by it', async () => {
  const bcrypt = HASH_KINDS.find(({ name }) => name === 'bcrypt');
  expect(await bcrypt?.hash('é'.repeat(36))).toMatch(/^\$2b\$/);
  await expect(bcrypt?.hash(`${'é'.repeat(36)}x`)).rejects.toThrow('is longer than the 72 bytes that bcrypt reads');
});

describe.each(HASH_KINDS.map((kind) => [kind.name, kind] as const))('a new hash by %s', (_, kind) => {
  it('is read back, differs every time and has the recommended parameters', async () => {
    const stored = await kind.hash('geheim');
    expect(stored).toMatch(/^(\$argon2id\$v=19\$m=19456,t=2,p=1\$|\$2b\$10\$|\$scrypt\$ln=17,r=8,p=1\$)/);
    expect(await kind.hash('geheim')).not.toBe(stored);
    const hash = await kind.read(stored);
    expect(await hash.matches('geheim')).toBe(true);
    expect(await hash.matches('Geheim')).toBe(false);
  }, 120_000);
});
