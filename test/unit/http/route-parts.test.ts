import { type RoutePart, routeParts, usualPath } from '../../../lib/http/route-pattern.js';

const text = (written: string): RoutePart => ({ kind: 'text', text: written });
const parameter = (name: string): RoutePart => ({ kind: 'parameter', name });
const wildcard = (name: string): RoutePart => ({ kind: 'wildcard', name });
const OPEN: RoutePart = { kind: 'open' };
const CLOSE: RoutePart = { kind: 'close' };

describe('the parts of a pattern', () => {
  it.each<[string, string, readonly RoutePart[]]>([
    ['a text and a parameter', '/orders/:id', [text('/orders/'), parameter('id')]],
    ['a name beyond ASCII, with a dollar sign', '/:größe$1/x', [text('/'), parameter('größe$1'), text('/x')]],
    ['a quoted name', '/q/:"the id"/x', [text('/q/'), parameter('the id'), text('/x')]],
    ['a quoted name with a quote and a backslash', String.raw`/:"a\"b\\c"`, [text('/'), parameter('a"b\\c')]],
    ['several parameters of one segment', '/:a-:b', [text('/'), parameter('a'), text('-'), parameter('b')]],
    ["Express's wildcard", '/files/*path', [text('/files/'), wildcard('path')]],
    ["Express's wildcard with a quoted name", '/files/*"a path"/x', [text('/files/'), wildcard('a path'), text('/x')]],
    ["Fastify's wildcard", '/files/*', [text('/files/'), wildcard('')]],
    ['a group', '/a{/:x}/b', [text('/a'), OPEN, text('/'), parameter('x'), CLOSE, text('/b')]],
    ["Fastify's optional parameter", '/a/:name?', [text('/a'), OPEN, text('/'), parameter('name'), CLOSE]],
    ['a question mark behind a parameter that is not the last', '/a/:x?/b', [text('/a/'), parameter('x'), text('?/b')]],
    ['a question mark that does not follow a parameter', '/a?', [text('/a?')]],
    ['a regular expression, as one parameter', String.raw`/:n(^\d{2}(?:a|b)\)$)/x`, [text('/'), parameter('n'), text('/x')]],
    ['an escaped colon of Fastify', '/a::b', [text('/a'), text(':'), text('b')]],
    ['an escaped sign of Express', String.raw`/a\*b`, [text('/a'), text('*'), text('b')]],
    ['a colon without a name', '/a:/b', [text('/a'), text(':'), text('/b')]],
    ['an escape of a URL, as what it means', '/caf%C3%A9', [text('/café')]],
    ['an escape that is none, as it is', '/100%', [text('/100%')]],
  ])('have %s', (_, pattern, parts) => {
    expect(routeParts(pattern)).toEqual(parts);
  });
});

it.each([
  ['/', '/'],
  ['/orders/:id', '/orders/x'],
  ['/m/:a-:b/', '/m/x-x'],
  ['/files/*path', '/files/x'],
  ['/files/*', '/files/x'],
  ['/a{/:x}/b', '/a/x/b'],
  ['/a/:x?', '/a/x'],
])('a path that leads to %s is %s', (pattern, path) => {
  expect(usualPath(pattern)).toBe(path);
});
