import fc from 'fast-check';
import { isPassword, isUsername, parseUserPass } from '../../../../lib/strategies/basic/user-pass.js';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

describe('the credentials of Basic', () => {
  it.each([
    ['a name and a password', 'alice:123', { username: 'alice', password: '123' }],
    ['a password with colons', 'alice:alice:@5', { username: 'alice', password: 'alice:@5' }],
    ['a password that ends with a colon', 'alice:a:', { username: 'alice', password: 'a:' }],
    ['letters outside ASCII', 'jürgen:pässwörd€', { username: 'jürgen', password: 'pässwörd€' }],
    ['a byte order mark, which is a part of the name', '\ufeffalice:x', { username: '\ufeffalice', password: 'x' }],
    ['spaces, which are kept', ' alice : x ', { username: ' alice ', password: ' x ' }],
  ])('may be %s', (_, text, expected) => {
    expect(parseUserPass(base64(text))).toEqual(expected);
  });

  it.each([
    ['no colon', base64('alice123')],
    ['an empty name', base64(':123')],
    ['an empty password', base64('alice:')],
    ['neither', base64(':')],
    ['nothing', ''],
    ['a NUL in the name', base64('ali\0ce:123')],
    ['a line break in the password', base64('alice:12\n3')],
    ['a DEL', base64('alice:12\x7f3')],
    ['octets that are not UTF-8', base64(Uint8Array.of(0x61, 0x3a, 0xff))],
    ['an overlong encoding of a colon', base64(Uint8Array.of(0x61, 0xc0, 0xba, 0x62))],
    ['another alphabet', '!nval!d-b@$e64-encoded-va!ue'],
    ['base64url', base64('a:??>').replace('/', '_').replace('+', '-')],
    ['no padding', base64('alice:1234').replace(/=+$/, '')],
    ['too much padding', `${base64('a:b')}====`],
    ['unused bits that are set', `${base64('alice:1234').slice(0, -3)}B==`],
    ['padding in the middle', 'YQ==OmI='],
  ])('are refused with %s', (_, credentials) => {
    expect(parseUserPass(credentials)).toBeUndefined();
  });

  it('have a name and a password that are not empty and have no control characters, and a name without a colon', () => {
    expect(['alice', 'a b', '', 'a:b', 'a\n'].map(isUsername)).toEqual([true, true, false, false, false]);
    expect(['geheim', 'a:b', '', 'a\0'].map(isPassword)).toEqual([true, true, false, false]);
  });

  it('survive the way to the wire and back, whatever they are', () => {
    const printable = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(
        printable.filter((name) => !name.includes(':')),
        printable,
        (username, password) => {
          expect(parseUserPass(base64(`${username}:${password}`))).toEqual({ username, password });
        },
      ),
    );
  });

  it('have one spelling only: no other text is read as the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 24 }), (text) => {
        const parsed = parseUserPass(text);
        if (parsed !== undefined) expect(base64(`${parsed.username}:${parsed.password}`)).toBe(text);
      }),
    );
    expect(parseUserPass(base64('a:b'))).toBeDefined();
  });
});
