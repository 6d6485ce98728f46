import fc from 'fast-check';
import { type AnyRoute, filled } from './any-route.js';

/** Values of parameters: with the letters of texts in another case, and letters whose lower case is longer, or is a letter of ASCII. */
export const VALUES = [
  ...['x', 'X', '7', 'me', 'Me', 'users', 'a-b', 'a.json', 'A.JSON', 'a.b.c', 'v1', 'b-ks', 'b-KS'],
  ...['é', 'É', '\u0130', '\u0130x', '\u212a', '\u017f', 'K\u0130-x-b', 'a b', 'a+b', '~', '...', 'a:b', '*', '(x)', '{x}', '__proto__'],
  'y'.repeat(40),
];

/** What stands between two parameters of one segment, in each case, once more in the values. */
const between = fc.constantFrom('-x-', '-X-', '-ks-', '-KS-', '-', '.json', '.JSON');

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('x', '7', 'me') },
  { weight: 2, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 2, arbitrary: fc.tuple(between, between).map(([one, other]) => `A${one}b${other}c`) },
);

/** A path that leads to one of the routes, decoded. */
export function anyPath(routes: readonly AnyRoute[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...routes), fc.array(value, { minLength: 6, maxLength: 6 }), fc.boolean())
    .map(([route, [p0 = '', p0b = '', p1 = '', p1b = '', p2 = '', p2b = ''], isLonger]) => {
      const params = { p0, p0b, p1, p1b, p2, p2b, rest: isLonger ? [p1, p2] : p0, last: isLonger ? p1 : '' };
      return filled(route, params);
    });
}

type Change = (target: string, at: number) => string;

const insert = (what: string): Change => {
  return (target, at) => target.slice(0, at) + what + target.slice(at);
};
const encode: Change = (target, at) => {
  const letter = target.charAt(at);
  const octet = letter.charCodeAt(0).toString(16).padStart(2, '0');
  return letter === '' || letter === '%' ? target : `${target.slice(0, at)}%${octet}${target.slice(at + 1)}`;
};
const cased =
  (how: 'toUpperCase' | 'toLowerCase'): Change =>
  (target, at) =>
    target.slice(0, at) + target.slice(at)[how]();
const cut: Change = (target, at) => target.slice(0, Math.max(1, at));

/** What clients, proxies and attackers do to a path: each at a place of its own. */
const CHANGES: readonly Change[] = [
  ...[
    '/',
    '/',
    '//',
    ';',
    ';x=y',
    '/.',
    '/./',
    '/../',
    '..',
    '%2e',
    '%2F',
    '%5c',
    '\\',
    '%00',
    '%25',
    '%',
    '%c4%b0',
    '%e2%84%aa',
    '%C5%BF',
  ].map(insert),
  ...['?', '?x=/../y', '#x', '&', '%20', ':', '*'].map(insert),
  ...[encode, encode, cased('toUpperCase'), cased('toLowerCase'), cased('toUpperCase'), cut],
  (target) => `${target}/`,
  (target) => target.toUpperCase(),
  (target) => `http://elsewhere${target}`,
  (target) => `/${target}`,
];

const change = fc.tuple(fc.constantFrom(...CHANGES), fc.nat(40));

/** A request target, as it stands in a request line: visible letters of ASCII, as Node demands. */
export function anyTarget(paths: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      paths,
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 4, arbitrary: fc.array(change, { minLength: 1, maxLength: 2 }) }),
    )
    .map(([path, changes]) => {
      const target = encodeURI(path);
      return changes.reduce((changed, [apply, at]) => apply(changed, Math.min(at, changed.length)), target);
    })
    .filter((target) => /^(?:\/|http:\/\/elsewhere\/)/.test(target));
}
