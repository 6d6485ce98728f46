import fc from 'fast-check';
import { distinctChallenges, formatChallenge, isPlainParameter, isToken } from '../../../lib/http/challenge.js';

describe('a challenge', () => {
  it.each([
    [{ scheme: 'Bearer' }, 'Bearer'],
    [{ scheme: 'Bearer', params: {} }, 'Bearer'],
    [{ scheme: 'Bearer', params: { realm: 'api', error: 'invalid_token' } }, 'Bearer realm="api", error="invalid_token"'],
    [{ scheme: 'Basic', params: { realm: 'a "quoted" \\ realm' } }, 'Basic realm="a \\"quoted\\" \\\\ realm"'],
    [{ scheme: 'Basic', params: { realm: 'a\r\nSet-Cookie: x\u0000\u007f' } }, 'Basic realm="aSet-Cookie: x"'],
    [{ scheme: 'Basic', params: { realm: 'é 東京 \u{1f600}' } }, 'Basic realm="  "'],
  ])('%j is written %s', (challenge, written) => {
    expect(formatChallenge(challenge)).toBe(written);
  });

  it('has no value that ends its parameter or the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(formatChallenge({ scheme: 'A', params: { b: value } })).toMatch(/^A b="(?:[ !#-[\]-~]|\\["\\])*"$/);
      }),
    );
  });

  it('stands there once for each scheme; the first says what it says', () => {
    const challenges = [
      { scheme: 'Bearer', params: { realm: 'one' } },
      { scheme: 'Basic' },
      { scheme: 'bearer', params: { realm: 'two', scope: 'a' } },
    ];
    expect(distinctChallenges(challenges)).toEqual([{ scheme: 'Bearer', params: { realm: 'one', scope: 'a' } }, { scheme: 'Basic' }]);
  });
});

it.each([
  ['api', true],
  ['order api (v2)', true],
  ['', true],
  ['a"b', false],
  ['a\\b', false],
  ['a\nb', false],
  ['a\tb', false],
  ['Zürich', false],
])('%j may be a realm as it is: %p', (text, plain) => {
  expect(isPlainParameter(text)).toBe(plain);
});

it.each([
  ['Bearer', true],
  ['X-Api_Key.1', true],
  ['', false],
  ['Two Words', false],
  ['a"', false],
  ['a:b', false],
  ['ä', false],
])('%j may be the name of a scheme: %p', (text, token) => {
  expect(isToken(text)).toBe(token);
});
