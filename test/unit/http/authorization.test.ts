import { requestOfAuthorization } from '../../../lib/http/auth-request.js';
import { hasSeveralAuthorizations, MAX_CREDENTIALS_LENGTH, readCredentials } from '../../../lib/http/authorization.js';

const read = (header: string | undefined, scheme = 'bearer') => {
  const credentials = readCredentials(requestOfAuthorization(header), scheme);
  if (credentials.kind === 'present') return `present ${credentials.value}`;
  return credentials.kind === 'malformed' ? `malformed ${credentials.reason}` : 'absent';
};
const malformed = 'malformed malformed_credentials';

describe('the Authorization header', () => {
  it.each<[string | undefined, string]>([
    [undefined, 'absent'],
    ['', 'absent'],
    ['Bearer abc', 'present abc'],
    ['bearer abc', 'present abc'],
    ['BEARER abc', 'present abc'],
    ['Bearer    abc', 'present abc'],
    ['Bearer a-b._~+/c==', 'present a-b._~+/c=='],
    ['Bearer', malformed],
    ['Bearer ', malformed],
    ['Bearer   ', malformed],
    ['Bearer\tabc', malformed],
    ['Bearer \tabc', malformed],
    ['Bearer abc ', malformed],
    ['Bearer abc def', malformed],
    ['Bearer abc, Basic abc', malformed],
    ['Bearer abc,', malformed],
    ['Bearer "abc"', malformed],
    ['Bearer token=abc', malformed],
    ['Bearer =', malformed],
    ['Bearer a=b', malformed],
    ['Bearer ä', malformed],
    ['Bearer a\u0000b', malformed],
    ['Bearer a\nb', malformed],
    ['Bearer,abc', malformed],
    ['Bearer:abc', malformed],
    ['Bearerabc', 'absent'],
    ['Bearer-x abc', 'absent'],
    ['Bearer_x abc', 'absent'],
    ['Bearer2 abc', 'absent'],
    ['Bear abc', 'absent'],
    [' Bearer abc', 'absent'],
    ['Basic abc', 'absent'],
    ['abc', 'absent'],
  ])('%j is %s', (header, expected) => {
    expect(read(header)).toBe(expected);
  });

  it('is read for the scheme that is asked for', () => {
    expect([read('Basic YTpi', 'basic'), read('Bearer YTpi', 'basic')]).toEqual(['present YTpi', 'absent']);
  });

  it('is bounded, for the scheme that is asked for', () => {
    const longest = `Bearer ${'a'.repeat(MAX_CREDENTIALS_LENGTH)}`;
    expect(read(longest)).toMatch(/^present a+$/);
    expect(read(`${longest}a`)).toBe('malformed too_long');
    expect(read(`${longest}a`, 'basic')).toBe('absent');
  });
});

describe('several Authorization headers', () => {
  it.each<[string[], boolean]>([
    [[], false],
    [['Authorization', 'a'], false],
    [['authorization', 'a', 'AUTHORIZATION', 'a'], true],
    [['Host', 'authorization', 'authorization', 'authorization'], false],
    [['Authorization', 'a', 'Proxy-Authorization', 'b'], false],
    [['Authorization', 'a', 'Host', 'b', 'Authorization', ''], true],
  ])('%j: %p', (rawHeaders, several) => {
    expect(hasSeveralAuthorizations({ headers: {}, rawHeaders })).toBe(several);
  });
});
