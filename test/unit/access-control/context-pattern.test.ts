import fc from 'fast-check';
import { contendingRepetitions } from '../../../lib/access-control/contending-repetitions.js';
import { type ContextSyntax, compileContext } from '../../../lib/access-control/context-pattern.js';
import { compileRegexTest } from '../../../lib/access-control/regex-context.js';

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

describe('a regular expression', () => {
  it('must match the whole path', () => {
    const { matches } = compileContext('/a|/b(.*)', 'regex');
    expect(['/a', '/b', '/b/c'].map(matches)).toEqual([true, true, true]);
    expect(['/ax', '/x/a', '/x/b'].map(matches)).toEqual([false, false, false]);
  });

  it.each([
    ['/a(', /"\/a\(" is not a valid regular expression/],
    ['(a+)+', /has a repetition inside a repetition/],
    ['((.*)/a)*', /has a repetition inside a repetition/],
    ['/(\\w|[a-z])*x', /repeats a choice between alternatives/],
    ['/(?:(a|ab)c)+d', /repeats a choice between alternatives/],
    ['/(?:a|a){50}b', /repeats a choice between alternatives/],
    ['(.*a|b)(.*a|b)(.*a|b)(.*a|b)x', /tries more than 3 repetitions against each other/],
    ['(\\w+)-?(\\w+)-?(\\w+)-?(\\w+)-?x', /tries more than 3 repetitions against each other/],
  ])('is refused where some path could keep it busy: %s', (source, message) => {
    expect(() => compileContext(source, 'regex')).toThrow(message);
  });

  it.each(['/(a|b)/(c|d)?', '/((a|b)/x)', '/[|]+(\\|)*', '/(a|b)x+'])('may choose between alternatives once: %s', (source) => {
    expect(() => compileContext(source, 'regex')).not.toThrow();
  });

  it.each([
    ['/o/[^/]+/p/\\d+/q/\\w+/r/[^/]*/s/[a-z]+', 0],
    ['(.*)/[^/]+/(\\d+)/x', 1],
    ['(.*)/((\\.+)|(.*;+.*)|%2e.*)/(.*)', 3],
    ['(?:.*a|.*b.*c)x', 2],
    ['(?!.*/t/)(\\w+){2,}y', 3],
  ])('%s tries %d repetitions against each other', (source, expected) => {
    expect(contendingRepetitions(source)).toBe(expected);
  });

  it('is not slowed down by what stands between "any path"', () => {
    const test = compileRegexTest(`${'(.*)/'.repeat(20)}x`);
    expect(test('/a'.repeat(1024))).toBe(false);
    expect(test(`${'/a'.repeat(100)}/x`)).toBe(true);
  });

  it('matches what JavaScript says it does', () => {
    const piece = fc.constantFrom('/a', '/b', 'a', '(.*)', '.*', '(.+)', '.+', '(/?)', '[^/]+', '(?!/a)', '(a|b)', '\\.', '.');
    const path = fc.array(fc.constantFrom('/', 'a', 'b', '.', '/a'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.array(path, { minLength: 5 }), (pieces, paths) => {
        const source = pieces.join('');
        fc.pre(contendingRepetitions(source) <= 3);
        const test = compileRegexTest(source);
        const native = new RegExp(`^(?:${source})$`, 's');
        expect(paths.map(test)).toEqual(paths.map((each) => native.test(each)));
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
    ['glob', '/a/*/c/*', '/a/b/c/d', false],
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
