import { readObject } from '../../../../lib/strategies/jws/compact.js';
import { HeaderReader } from '../../../../lib/strategies/jwt/jose-header.js';
import { createSecret, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare } from './setup.js';

const key = createSecret('HS256');
const config = { signatureConfig: { secret: key.secret } };
const token = mintRaw(key, { alg: 'HS256', typ: 'JWT' }, goodClaims());
const [header = '', payload = '', signature = ''] = token.split('.');

/** The same octets under another spelling: an unused bit of the last character is set. */
function misspell(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1];
}

describe('the form of a token', () => {
  it('is three segments', async () => {
    const authenticator = await prepare(config);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    const forms = [
      'abc',
      'a.b',
      `${header}.${payload}`,
      `${token}.`,
      `${token}.x`,
      `.${payload}.${signature}`,
      `${header}..${signature}`,
      'a.b.c.d.e',
      '...',
      '.',
    ];
    for (const form of forms) expect(await outcomeOf(authenticator, form)).toBe('malformed_token');
  });

  it('is base64url: no padding, no other alphabet, no white space', async () => {
    const authenticator = await prepare(config);
    const forms = [
      `${token}=`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}==.${signature}`,
      `${header}.${payload}.+${signature.slice(1)}`,
    ];
    forms.push(`${header}.${payload}./${signature.slice(1)}`, `${header} .${payload}.${signature}`, `${token} `, `${token}\t`);
    for (const form of forms) expect(await outcomeOf(authenticator, form)).toBe('malformed_token');
  });

  it('is canonical: the unused bits of a last character are zero, in every segment', async () => {
    const authenticator = await prepare(config);
    const odd = mintRaw(key, '{"alg":"HS256"} ', `${JSON.stringify(goodClaims())}`.padEnd(200));
    const segments = odd.split('.');
    expect(segments.map((each) => each.length % 4)).toEqual([2, 3, 3]);
    expect(await outcomeOf(authenticator, odd)).toBe('accepted');
    for (const index of [0, 1, 2]) {
      const changed = segments.map((each, position) => (position === index ? misspell(each) : each));
      expect(Buffer.from(changed[index] ?? '', 'base64url')).toEqual(Buffer.from(segments[index] ?? '', 'base64url'));
      expect(await outcomeOf(authenticator, changed.join('.'))).toBe('malformed_token');
    }
  });

  it.each([
    ['no JSON', 'alg=HS256'],
    ['a list', ['HS256']],
    ['null', 'null'],
    ['a string', '"HS256"'],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
    ['a byte order mark before it', '\uFEFF{"alg":"HS256"}'],
    ['no "alg"', { typ: 'JWT' }],
    ['an "alg" that is no string', { alg: ['HS256'] }],
    ['a "kid" that is no string', { alg: 'HS256', kid: 1 }],
    ['a "typ" that is no string', { alg: 'HS256', typ: { JWT: true } }],
    ['an inherited "alg"', '{"__proto__":{"alg":"HS256"}}'],
  ])('has a header that is a JSON object: refuses %s', async (_, content) => {
    expect(await outcomeOf(await prepare(config), mintRaw(key, content, goodClaims()))).toBe('malformed_token');
  });

  it.each([
    ['no JSON', 'sub=john'],
    ['a list', [goodClaims()]],
    ['null', 'null'],
    ['a number', '1'],
    ['no UTF-8', Buffer.concat([Buffer.from('{"sub":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])],
    ['JSON and more', `${JSON.stringify(goodClaims())},`],
  ])('has a payload that is a JSON object: refuses %s', async (_, content) => {
    expect(await outcomeOf(await prepare(config), mintRaw(key, { alg: 'HS256' }, content))).toBe('malformed_claims');
  });

  it('takes the last of several members of one name, as every JSON reader of the platform does', async () => {
    const claims = JSON.stringify(goodClaims());
    const authenticator = await prepare(config);
    expect(await outcomeOf(authenticator, mintRaw(key, '{"alg":"none","alg":"HS256"}', claims))).toBe('accepted');
    expect(await outcomeOf(authenticator, mintRaw(key, '{"alg":"HS256","alg":"none"}', claims))).toBe('algorithm_not_allowed');
    expect(
      await outcomeOf(authenticator, mintRaw(key, { alg: 'HS256' }, claims.replace('{', '{"exp":9e9,').replace('}', ',"exp":1}'))),
    ).toBe('expired');
  });

  it('does not read a header anew, and never takes one for another', () => {
    const reader = new HeaderReader(() => undefined);
    const other = mintRaw(key, { alg: 'HS256', kid: 'b' }, goodClaims());
    const kidOf = (text: string) => {
      const parsed = reader.read(text);
      return 'outcome' in parsed ? undefined : parsed;
    };
    expect(kidOf(token)).toBe(kidOf(token));
    expect(kidOf(other)?.kid).toBe('b');
    expect(kidOf(token)?.kid).toBeUndefined();
  });

  it('takes no header for one that begins or ends like it', async () => {
    const authenticator = await prepare(config);
    for (const other of [`${header}AAAA`, header.slice(0, -4), header.slice(4), ''])
      for (const form of [token, `${other}.${payload}.${signature}`])
        expect(await outcomeOf(authenticator, form)).toBe(form === token ? 'accepted' : 'malformed_token');
  });

  it('takes no header for one that looks alike in another character set', async () => {
    const authenticator = await prepare(config);
    // The low octets of these characters are the header's.
    const wide = [...header].map((character) => String.fromCharCode(character.charCodeAt(0) + 0x100)).join('');
    expect(await outcomeOf(authenticator, `${wide}.${payload}.${signature}`)).toBe('malformed_token');
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    expect(await outcomeOf(authenticator, `${wide}.${payload}.${signature}`)).toBe('malformed_token');
  });

  it('gives only own members', () => {
    expect(readObject(Buffer.from('{"__proto__":{"admin":true}}'))).toHaveProperty(['__proto__'], { admin: true });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
