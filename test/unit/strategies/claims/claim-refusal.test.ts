import { audienceWords, issuerWords, mustBe, shown, timesInWords } from '../../../../lib/strategies/claims/claim-refusal.js';

describe('a value in the words of a refusal', () => {
  it('is JSON in one line with everything in it to be seen', () => {
    expect(shown('a"b\n200 fine\u001b[2K\u202e')).toBe(String.raw`"a\"b\n200 fine\u001b[2K\u202e"`);
  });

  it('is short, whatever the token says', () => {
    const long = 'x'.repeat(15_000);
    for (const value of [long, [long], Array.from({ length: 5000 }, () => 'orders'), { long }, [[long]]])
      expect(shown(value).length).toBeLessThan(450);
    expect(shown(Array.from({ length: 12 }, (_, index) => index))).toBe('[0,1,2,3,4,5,6,7,8,9] and 2 more');
  });

  it.each([
    ['a text of 200 characters', 'x'.repeat(200), `"${'x'.repeat(200)}"`],
    ['the start of a longer one', 'x'.repeat(201), `"${'x'.repeat(200)}…"`],
    ['ten members', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], '[0,1,2,3,4,5,6,7,8,9]'],
    ['the start of a longer member', ['x'.repeat(201)], `["${'x'.repeat(200)}…"]`],
    ['400 characters of JSON', ['x'.repeat(196), 'y'.repeat(197)], `["${'x'.repeat(196)}","${'y'.repeat(197)}"]`],
    ['the start of longer JSON', { a: 'x'.repeat(500) }, `{"a":"${'x'.repeat(394)}…`],
  ])('shows %s', (_what, value, words) => {
    expect(shown(value)).toBe(words);
  });
});

describe('the words of a refusal', () => {
  it('say what was expected and what came', () => {
    expect(issuerWords('https://a.test/', 'https://a.test')).toBe('iss must be "https://a.test", not "https://a.test/"');
    expect(issuerWords(undefined, 'https://a.test')).toBe('iss must be "https://a.test", but is missing');
    expect(audienceWords('account', ['orders'])).toBe('aud must name "orders", not "account"');
    expect(audienceWords(undefined, ['orders'])).toBe('aud must name "orders", but is missing');
    expect(audienceWords(['a', 'b'], ['orders', 'stock'])).toBe('aud must name one of ["orders","stock"], not ["a","b"]');
    expect(mustBe('jti', '"a"', null)).toBe('jti must be "a", not null');
  });

  it('say the times of a token, and what the time is', () => {
    expect(timesInWords({ exp: 1_800_000_000, iat: 1e20 }, 1_800_000_001.5)).toBe(
      'exp is 1800000000 (2027-01-15T08:00:00.000Z), iat is 100000000000000000000, the time is 1800000001 (2027-01-15T08:00:01.000Z)',
    );
    expect(timesInWords({ exp: 'tomorrow' }, 0)).toBe('exp is "tomorrow", the time is 0 (1970-01-01T00:00:00.000Z)');
  });
});
