import { requestOfAuthorization } from '../../../lib/http/auth-request.js';
import {
  hasAuthorization,
  hasSeveralAuthorizations,
  MAX_CREDENTIALS_LENGTH,
  readCredentials,
  readUncheckedCredentials,
} from '../../../lib/http/authorization.js';

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

  it.each([...'09AZaz-_'])('names another scheme where "%s" follows the name', (character) => {
    expect(read(`Bearer${character} abc`)).toBe('absent');
  });

  it.each([...'/:@[`{,='])('is broken where "%s" follows the name of the scheme', (character) => {
    expect(read(`Bearer${character} abc`)).toBe(malformed);
  });

  it.each(['Bearer', 'Bearer ', 'Bearer   ', 'Bearer,abc', 'Bearer\tabc'])('has no credentials in %j, whoever checks them', (header) => {
    expect(readUncheckedCredentials(requestOfAuthorization(header), 'bearer', 10)).toMatchObject({ kind: 'malformed' });
  });

  it('is read for the scheme that is asked for', () => {
    expect([read('AZ abc', 'az'), read('az abc', 'az')]).toEqual(['present abc', 'present abc']);
    expect([read('X-Key_1 abc', 'x-key_1'), read('M-Key_1 abc', 'x-key_1')]).toEqual(['present abc', 'absent']);
    expect([read('Basic YTpi', 'basic'), read('Bearer YTpi', 'basic')]).toEqual(['present YTpi', 'absent']);
  });

  it('is bounded, for the scheme that is asked for', () => {
    const longest = `Bearer ${'a'.repeat(MAX_CREDENTIALS_LENGTH)}`;
    expect(read(longest)).toMatch(/^present a+$/);
    expect(read(`${longest}a`)).toBe('malformed too_long');
    expect(read(`${longest}a`, 'basic')).toBe('absent');
  });
});

describe('a request with an Authorization header', () => {
  it.each<[string, object, boolean]>([
    ['the field', { headers: { authorization: 'x' }, rawHeaders: ['Authorization', 'x'] }, true],
    ['an empty field', { headers: { authorization: '' }, rawHeaders: ['Authorization', ''] }, true],
    ['the field that a middleware has added', { headers: { authorization: 'x' } }, true],
    ['the field that a middleware has removed', { rawHeaders: ['AUTHORIZATION', 'x'] }, true],
    ['a token that its transport found', { bearer: { kind: 'present', value: 'x' } }, true],
    ['something bad that its transport found', { bearer: { kind: 'malformed', reason: 'malformed_credentials' } }, true],
    ['nothing', {}, false],
    ['nothing that its transport found', { bearer: { kind: 'absent' } }, false],
    ['another field', { headers: { cookie: 'authorization=x' }, rawHeaders: ['Cookie', 'authorization=x'] }, false],
  ])('has %s', (_, more, has) => {
    expect(hasAuthorization({ headers: {}, rawHeaders: [], ...more })).toBe(has);
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
