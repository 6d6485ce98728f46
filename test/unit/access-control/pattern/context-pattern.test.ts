import fc from 'fast-check';
import { type ContextSyntax, compileContext } from '../../../../lib/access-control/pattern/context-pattern.js';
import { Language } from '../../../../lib/access-control/pattern/language.js';
import { regexLanguage, UnsupportedPartError } from '../../../../lib/access-control/pattern/regex-language.js';
import { AuthConfigurationError } from '../../../../lib/errors.js';

describe('a glob', () => {
  it.each([
    ['/api/users', ['/api/users', '/api/users/'], ['/api', '/api/users/7', '/api/usersX', '/API/users', '/x/api/users']],
    ['/api/users/', ['/api/users', '/api/users/'], ['/api/users/7']],
    ['/api/*', ['/api', '/api/', '/api/a', '/api/a/b'], ['/apis', '/x/api/a']],
    ['/api/**', ['/api', '/api/a/b'], ['/apis']],
    ['/api/*/keys', ['/api/7/keys', '/api//keys'], ['/api/7/8/keys', '/api/keys', '/api/7/keys/1']],
    ['/api/**/keys', ['/api/7/8/keys', '/api/7/keys'], ['/api/keys', '/api/7/keysX']],
    ['**/keys', ['/keys', '/a/b/keys'], ['/keys/1']],
    ['/files/*.json', ['/files/a.json'], ['/files/a.xml', '/files/a/b.json', '/files/axjson']],
    ['/*', ['/', '/a', '/a/b'], []],
    ['/', ['/'], ['/a']],
    ['/a+b', ['/a+b'], ['/aab']],
    ['/v1.0/x', ['/v1.0/x'], ['/v1x0/x']],
  ])('%s matches its paths and no others', (source, inside, outside) => {
    const { matches } = compileContext(source, 'glob');
    expect(inside.filter((path) => !matches(path))).toEqual([]);
    expect(outside.filter(matches)).toEqual([]);
  });

  it.each([
    ['api/users', '"api/users" must begin with "/".'],
    ['(.*)/api', '"(.*)/api" is not a glob. Write one such as "/api/*", or set contextSyntax: \'regex\' for regular expressions.'],
    ['/api/(.*)', '"/api/(.*)" is not a glob. Write one such as "/api/*", or set contextSyntax: \'regex\' for regular expressions.'],
    ['/api/.*', '"/api/.*" is not a glob. Write one such as "/api/*", or set contextSyntax: \'regex\' for regular expressions.'],
    ['/api/:id', '"/api/:id" is not a glob. Write one such as "/api/*", or set contextSyntax: \'regex\' for regular expressions.'],
    ['/api/{id}', '"/api/{id}" is not a glob. Write one such as "/api/*", or set contextSyntax: \'regex\' for regular expressions.'],
  ])('is not %s', (source, message) => {
    expect(() => compileContext(source, 'glob')).toThrow(message);
  });
});

const letter = (index: number) => String.fromCharCode(0x4e00 + index);
const letters = (count: number) => Array.from({ length: count }, (_, index) => letter(index)).join('');

describe('a regular expression', () => {
  it('must match the whole path', () => {
    const { matches } = compileContext('/a|/b(.*)', 'regex');
    expect(['/a', '/b', '/b/c'].map(matches)).toEqual([true, true, true]);
    expect(['/ax', '/x/a', '/x/b'].map(matches)).toEqual([false, false, false]);
  });

  it.each([
    ['/a(', /"\/a\(" is not a valid regular expression/],
    ['/x)|(?:/y', /is not a valid regular expression/],
    ['(?<a>/x)\\k<a>', /has "\\k<a>", which refers to a group/],
    ['/(a)\\1', /has "\\1", which refers to a group/],
    ['/a(?<=a)b', /has "\(\?<=a\)", which looks back/],
    ['/a(?<!a)b', /has "\(\?<!a\)", which looks back/],
    ['/a\\b', /has "\\b", which looks back/],
    ['/a^b', /has "\^", which looks back/],
    ['/a(?=^b)b', /has "\^", which looks back/],
    ['/(a(?!b))*', /has "\(\?!b\)", which is inside a repetition/],
    ['/(?:(?=a)|b)+', /has "\(\?=a\)", which is inside a repetition/],
    ['/(?:(?:a$)?)*', /has "\$", which is inside a repetition/],
    ['/(?:b|(a(c|d$)))*', /has "\$", which is inside a repetition/],
    ['/(?:b(?:c(?:d|(e$))?)+)*', /has "\$", which is inside a repetition/],
    ['/a{1000}b{1000}c{998}', /is too complex/],
    [`/${letters(254)}`, /is too complex/],
    ['/x{1001}', /is too complex/],
    ['/x{0,1001}', /is too complex/],
    [`/${'a'.repeat(1000)}`, /is longer than 1000 characters/],
    [`(?:${'(?:'.repeat(90)}a${')?'.repeat(90)}){1000}(?:b?){1000}(?:c?){1000}(?:d?){1000}`, /is too complex/],
    ['/(a|b)*a(a|b){12}', /is too complex/],
    ['/x[^/]{1,255}-[^/]{1,255}-[^/]{1,255}-y', /is too complex/],
    ['/((((a{1,30}){1,30}){1,30}){1,30}){1,30}', /is too complex/],
    ['/(x{9999}){9999}', /is too complex/],
    ['/x{99999999}', /is too complex/],
    ['/x{0,99999999}', /is too complex/],
  ])('is refused where it cannot be decided in one pass, or would need too large a table: %s', (source, message) => {
    const compiling = () => compileContext(source, 'regex');
    expect(compiling).toThrow(AuthConfigurationError);
    expect(compiling).toThrow(expect.objectContaining({ message: expect.stringMatching(message), cause: expect.any(Error) }));
  });

  // Each engine accepts a language of its own: a newer one may take what the parser does not know.
  it.each(['/a(', '/(?i:a)', '(((?<n>))(?<!|((?<n>))))a', '(?<n>a)(?<n>b)'])(
    'is refused where the parser cannot read it, whatever the engine accepts: %s',
    (source) => {
      expect(() => regexLanguage(source, new Language())).toThrow(UnsupportedPartError);
      expect(() => compileContext(source, 'regex')).toThrow(AuthConfigurationError);
    },
  );

  it('that the parser cannot read is refused with what the parser says', () => {
    const reading = () => regexLanguage('/a(', new Language());
    expect(reading).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
  });

  it.each([
    ['(a+)+', 'aaa', 'aab'],
    ['/((.*)/a)*', '/x/a/y/a', '/x/a/y'],
    ['/(\\w|[a-z])*x', '/abcx', '/abc'],
    ['(.*a|b)(.*a|b)(.*a|b)(.*a|b)x', 'aaaax', 'aaax'],
    ['/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', '/0123abcd-0000-1111-2222-0123456789ab', '/0123abcd-0000-1111-2222'],
    ['/a(?!b|c$).*', '/acx', '/ac'],
    ['/(?=.*z)(?!.*y).+', '/az', '/ayz'],
    ['/\\s+\\S\\D\\W', '/\u2003x-.', '/ax-.'],
    ['^/a$', '/a', '/ab'],
    ['/a\\/b\\.c', '/a/b.c', '/a/bxc'],
    ['/[\\w-]+?', '/a-b', '/a.b'],
    ['/é\\u00e9', '/éé', '/ée'],
    ['/\\u{3}', '/uuu', '/\u0003'],
    ['/[a-zc-e]', '/x', '/A'],
    ['/[^a-zc-e]', '/A', '/x'],
    ['/[x-za-c]+', '/az', '/am'],
    ['/[^x-za-c]+', '/mn', '/ma'],
    ['/[^\\d]', '/a', '/7'],
    ['/[^\\x80]', '/\u007f', '/\u0080'],
    ['/[^\\uffff]', '/\ufffe', '/\uffff'],
    [`/${letters(253)}`, `/${letters(253)}`, `/${letters(252)}`],
    ['^/a|^/b', '/b', '/c'],
    ['(^/a|/b)c', '/ac', '/a'],
    ['/x{1000}', `/${'x'.repeat(1000)}`, `/${'x'.repeat(999)}`],
    ['/a{1000}b{1000}c{997}', `/${'a'.repeat(1000)}${'b'.repeat(1000)}${'c'.repeat(997)}`, '/c'],
    ['/x{2,3}', '/xxx', '/xxxx'],
    ['/x{2,}', '/xxxx', '/x'],
    ['/(?=a|b)[^/]', '/b', '/c'],
    [`/${'a'.repeat(999)}`, `/${'a'.repeat(999)}`, `/${'a'.repeat(998)}`],
  ])('may be whatever can be decided in one pass: %s', (source, inside, outside) => {
    const { matches } = compileContext(source, 'regex');
    expect([matches(inside), matches(outside)]).toEqual([true, false]);
  });

  it('may distinguish more sets of characters than a number has bits', () => {
    const ends = Array.from({ length: 60 }, (_, index) => `[${letter(index)}${index % 59 === 0 ? 'x' : ''}]${index}`);
    const { matches } = compileContext(`/(?:${ends.join('|')})`, 'regex');
    const inside = ['/x0', '/x59', `/${letter(0)}0`, `/${letter(1)}1`, `/${letter(59)}59`];
    expect(inside.filter((path) => !matches(path))).toEqual([]);
    expect(['/x1', `/${letter(0)}59`, `/${letter(59)}0`, `/${letter(0)}1`, `/${letter(1)}0`].filter(matches)).toEqual([]);
  });

  it('matches in any case the letters that have two of one character each', () => {
    const { matches, matchesInAnyCase } = compileContext('/Straß[e-g]', 'regex');
    expect(['/Straße', '/straße', '/STRAßG'].map(matchesInAnyCase)).toEqual([true, true, true]);
    expect(['/straSe', '/strasse', '/Straßh', '/STRASSE'].map(matchesInAnyCase)).toEqual([false, false, false, false]);
    expect(['/Straße', '/straße'].map(matches)).toEqual([true, false]);
    expect(compileContext('/[^a]', 'regex').matchesInAnyCase('/B')).toBe(true);
    expect(compileContext('/ẁ', 'regex').matchesInAnyCase('/Ẁ')).toBe(true);
  });

  it('is not left by an alternative', () => {
    const { matches } = compileContext('/x|/y', 'regex');
    expect(['/x', '/y', '/x/z', '/z/y'].map(matches)).toEqual([true, true, false, false]);
  });

  it('matches what JavaScript says it does', () => {
    const piece = fc.constantFrom(
      ...[
        '/a',
        '/b',
        'a',
        '(.*)',
        '.*',
        '(.+)',
        '.+',
        '(/?)',
        '[^/]+',
        '(?!/a)',
        '(?=.*b)',
        '(a|b)',
        '\\.',
        '.',
        'a{1,3}',
        '(?:a|ab)*',
        '(a*)*',
      ],
      ...['\\w{2,}', '\\W', 'b??', '(?:(?!b)a|/)', '$', '(?!a$)', '[^\\w]', '[a-b]+?', '(?:a|)', '[^]', '[]', '(?:)', '(?:a{0,2}b?){2}'],
    );
    const path = fc.array(fc.constantFrom('/', 'a', 'b', '.', '/a'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.array(path, { minLength: 5 }), (pieces, paths) => {
        const source = pieces.join('');
        const native = new RegExp(`^(?:${source})$`, 's');
        expect(paths.map(compileContext(source, 'regex').matches)).toEqual(paths.map((each) => native.test(each)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a context that covers another', () => {
  it.each<[ContextSyntax, string, string, boolean]>([
    ['glob', '/api/*', '/api/users/*', true],
    ['glob', '/api/*', '/api', true],
    ['glob', '/api/*', '/apis', false],
    ['glob', '/*', '/api', true],
    ['glob', '/a/*/c/*', '/a/b/c/d', true],
    ['glob', '/a/*/c', '/a/b/*', false],
    ['regex', '/[a-c]+', '/(a|b)c*', true],
    ['glob', '/api/users', '/api/*', false],
    ['regex', '(.*)', '/api', true],
    ['regex', '(.*)/users(.*)', '/api/users/(.*)', true],
    ['regex', '(.*)/users/(.+)', '(.*)/users/(.*)', false],
    ['regex', '(.*)/v1/(?!tenants)(.*)', '(.*)/v1/(.*)', false],
    ['regex', '(.*)/v1/(?!tenants)(.*)', '(.*)/v1/actions(.*)', true],
    ['regex', '(.*)/users', '(.*)/(users|groups)', false],
  ])('%s %s, %s: %s', (syntax, outer, inner, expected) => {
    expect(compileContext(outer, syntax).covers(compileContext(inner, syntax))).toBe(expected);
  });
});

describe('the text that is looked for first', () => {
  it.each<[ContextSyntax, string, string]>([
    ['regex', '/a(bc)?d', '/ad'],
    ['regex', '/abc*', '/ab'],
    ['regex', '/long-name|/x', '/x'],
    ['regex', '(?:/long-name|/x)/y', '/x/y'],
    ['regex', '/a(?=b)bc', '/abc'],
    ['regex', String.raw`/a\.b{0}c`, '/a.c'],
    ['glob', '/api/*', '/api'],
    ['glob', '/api/**', '/api/v1'],
    ['glob', '/a/*/long-name/*', '/a/b/long-name'],
    ['glob', '/**', '/'],
  ])('is in every path: %s %s matches %s', (syntax, source, path) => {
    expect(compileContext(source, syntax).matches(path)).toBe(true);
  });
});
