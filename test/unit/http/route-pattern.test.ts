import { normalizedPath } from '../../../lib/http/request-path.js';
import { canonicalPath } from '../../../lib/http/route-pattern.js';

describe('the path that rules are asked about', () => {
  it.each([
    ['as written, whatever its case', '/api/users', '/API/Users', '/api/users'],
    ['without a slash at the end', '/api/users', '/api/users/', '/api/users'],
    ['with the parameter as it came', '/api/users/:id', '/API/users/Bob', '/api/users/Bob'],
    ['with text behind a parameter as written', '/f/:name.json', '/F/Tom.JSON', '/f/Tom.json'],
    ['with several parameters of one segment', '/m/:a-:b', '/M/One-Two', '/m/One-Two'],
    ['with an optional parameter', '/opt{/:x}', '/OPT/Y', '/opt/Y'],
    ['without an optional parameter', '/opt{/:x}', '/OPT/', '/opt'],
    ['with an optional text as written', '/lit{/more}', '/LIT/MORE', '/lit/more'],
    ['without an optional text', '/lit{/more}', '/lit', '/lit'],
    ['with text behind an optional parameter as written', '/{:lang/}admin', '/de/ADMIN', '/de/admin'],
    ['with text behind an optional parameter that is left out', '/{:lang/}admin', '/ADMIN', '/admin'],
    ['with a wildcard as it came, but for a slash at the end', '/files/*path', '/FILES/A/b/', '/files/A/b'],
    ['with an optional wildcard', '/any/{*path}', '/ANY/x/Y', '/any/x/Y'],
    ['with text behind a wildcard as written', '/all/*rest/tail', '/ALL/X/TAIL', '/all/X/tail'],
    ['without what a wildcard is, where that is a slash at most', '/files/*', '/files/', '/files'],
    ['without a slash that the pattern has', '/users/', '/users/', '/users'],
    ['without a slash at the end, where the framework does not say', undefined, '/API/', '/API'],
    ["with Fastify's wildcard", '/files/*', '/files/a/b', '/files/a/b'],
    ["with Fastify's optional parameter", '/opt/:x?', '/opt/1', '/opt/1'],
    ["without Fastify's optional parameter", '/opt/:x?', '/opt', '/opt'],
    ["with Fastify's regular expression", '/rx/:n(^\\d+$)', '/RX/7', '/rx/7'],
    ["with Fastify's escaped colon", '/esc::x', '/ESC:x', '/esc:x'],
    ["with Express's escaped sign", '/a\\:b', '/A:B', '/a:b'],
    ['with a quoted name', '/q/:"the id"/x', '/Q/7/X', '/q/7/x'],
    ['with letters beyond ASCII, however they are written', '/caf%C3%A9/:x', '/Café/y', '/café/y'],
    ['at the root', '/', '/', '/'],
    ['at the root of everything', '/*', '/', '/'],
    ['as it came, where the framework does not say', undefined, '/API', '/API'],
  ])('is %s', (_, pattern, path, expected) => {
    expect(canonicalPath(path, pattern)).toBe(expected);
  });

  it.each([
    ['/api/users', '/api/users/7'],
    ['/api/users/:id', '/api/users/7/keys'],
    ['/api/users/:id', '/api/users'],
    ['/f/:name.json', '/f/x.xml'],
    ['/f/:name.json', '/f/x.JSON/y'],
    ['/orders/:order', '/orders/7/keys'],
    ['/orders/:order/:item', '/orders/7/1/keys'],
  ])('is none where the pattern %s cannot have led to %s', (pattern, path) => {
    expect(canonicalPath(path, pattern)).toBeUndefined();
  });
});

describe('a pattern that can be read into a path in two ways', () => {
  it.each([
    ['two parameters of one segment', '/m/:a-x-:b', '/m/1-x-2-X-3'],
    ['two parameters of one segment, the other way round', '/m/:a-x-:b', '/m/1-X-2-x-3'],
    ['texts that share a sign', '/m/:a-x-:b', '/m/1-x-X-3'],
    ['three parameters of one segment', '/m/:a-x-:b-x-:c', '/m/1-x-2-X-3-x-4'],
    ['text behind a parameter', '/m/:a-ks:b', '/m/1-ks-KS2'],
    ['one of two texts', '/m/:a-x-:b-y-:c', '/m/1-x-2-X-3-y-4'],
    ["text behind Express's escaped sign", '/m/:a\\-x-:b', '/m/1-x-2-X-3'],
    ["text behind Fastify's escaped colon", '/m/:a::x-:b', '/m/1:x-2:X-3'],
    ['a wildcard', '/w/*a/tail/*b', '/w/1/TAIL/2/tail/3'],
    ['an optional text', '{/lit}/*rest', '/LIT/x'],
    ['an optional text behind a parameter', '/:a{-b}:c', '/1-B-b2'],
  ])('gives no path with %s, in another case', (_, pattern, path) => {
    expect(canonicalPath(path, pattern)).toBeUndefined();
  });

  it.each([
    ['is spelled as there', '/m/:a-x-:b', '/m/1-x-2-x-3', '/m/1-x-2-x-3'],
    ['is spelled as there, with texts that share a sign', '/m/:a-x-:b', '/m/1-x-x-3', '/m/1-x-x-3'],
    ['has no letters', '/m/:a-:b', '/M/1-X-3', '/m/1-X-3'],
    ['is in the path once', '/m/:a-x-:b', '/M/1-X-3', '/m/1-x-3'],
    ['stands in a segment of its own', '/n/:a-:b/tail', '/N/1-X-3/TAIL', '/n/1-X-3/tail'],
    ['stands behind an escaped sign in a segment of its own', '/o/:a-:b/t::x', '/O/1-2-3/T:X', '/o/1-2-3/t:x'],
    ['stands before what is captured', '/m/:a-:b', '/M/m-m', '/m/m-m'],
  ])('gives the path where its text %s', (_, pattern, path, expected) => {
    expect(canonicalPath(path, pattern)).toBe(expected);
  });
});

describe('a path', () => {
  it.each([
    ['/', '/'],
    ['/a/b?x=/../y', '/a/b'],
    ['/a/b#/../y', '/a/b'],
    ['/%61/b%20c', '/a/b c'],
    ['/a+b', '/a+b'],
    ['/a/%C3%BC', '/a/ü'],
    ['/a/.well-known/..x/x..', '/a/.well-known/..x/x..'],
    ['/a/', '/a/'],
    [`/${'x'.repeat(2047)}`, `/${'x'.repeat(2047)}`],
  ])('that is normalized is decoded once: %s', (target, expected) => {
    expect(normalizedPath(target)).toBe(expected);
  });

  it.each([
    ['an empty segment', '/a//b'],
    ['an empty segment in front', '//a'],
    ['a dot segment', '/a/./b'],
    ['dots at the end', '/a/..'],
    ['more dots', '/a/.../b'],
    ['an encoded dot', '/a/%2e%2E/b'],
    ['an encoded dot in a name', '/a/b%2ejson'],
    ['an encoded slash', '/a%2Fb'],
    ['an encoded backslash', '/a%5cb'],
    ['a backslash', '/a\\b'],
    ['an encoded percent sign', '/a%2525'],
    ['a semicolon', '/a;b=c/d'],
    ['a semicolon at the end', '/a;'],
    ['a control character', '/a\x01'],
    ['an encoded control character', '/a%00'],
    ['an encoded DEL', '/a%7F'],
    ['an escape that is none', '/a%zz'],
    ['an escape that is cut off', '/a%2'],
    ['an escape that is not UTF-8', '/a%ff'],
    ['an overlong escape', '/a%c0%ae'],
    ['a host in front', 'http://host/a'],
    ['no slash', '*'],
    ['nothing', ''],
    ['no bounds', `/${'x'.repeat(2048)}`],
  ])('with %s is not normalized', (_, target) => {
    expect(normalizedPath(target)).toBeUndefined();
  });
});
