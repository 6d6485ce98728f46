import { normalizedPath } from '../../../lib/http/request-path.js';

describe('the path of a request', () => {
  it('is decoded, without the query', () => {
    expect(normalizedPath('/caf%C3%A9/a%20b?x=%2F')).toBe('/café/a b');
  });

  it.each([
    ['an escape of other characters than hexadecimal digits', ['/a%zz', '/a%g0', '/%-1']],
    ['half an escape', ['/a%', '/a%4']],
    ['octets that are no UTF-8', ['/%e0%a4', '/%ff', '/a%C3/b', '/%c0%ae']],
    ['a separator, or an escape, that is encoded', ['/a%2fb', '/a%5Cb', '/%252e', '/a%2E%2e/b']],
    ['a segment that is empty or of dots', ['//a', '/a//b', '/a/../b', '/a/.']],
    ['a control character, as it is or encoded', ['/a\u0000', '/a%00', '/a%1F', '/a%7f']],
    ['something else in front', ['a', '*', 'http://host/a', '']],
  ])('is ambiguous with %s', (_, targets) => {
    for (const target of targets) expect(normalizedPath(target)).toBeUndefined();
  });
});
