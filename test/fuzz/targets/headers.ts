import { Socket } from 'node:net';
import { readCredentials, readUncheckedCredentials } from '../../../lib/http/authorization.js';
import { formatChallenge } from '../../../lib/http/challenge.js';
import { clientAddress } from '../../../lib/http/client-address.js';
import { cookieValues, decodeCookieValue } from '../../../lib/http/cookie.js';
import { normalizedPath } from '../../../lib/http/request-path.js';
import { canonicalPath } from '../../../lib/http/route-pattern.js';
import { readTokenValue } from '../../../lib/http/token-reader.js';
import { parseUserPass } from '../../../lib/strategies/basic/user-pass.js';
import { normalizedUrl, TargetUrls } from '../../../lib/strategies/binding/dpop/target-urls.js';
import { SubprotocolToken } from '../../../lib/transport/web-socket/subprotocol-token.js';
import { holds, type Target } from '../target.js';

const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*$/;
const proxy = Object.defineProperty(new Socket(), 'remoteAddress', { value: '10.0.0.1' });
const urls = new TargetUrls({ publicUrl: ['https://a.test/x', 'https://b.test'], trustedProxies: ['10.0.0.0/8'] });
const addressOf = clientAddress({
  scheme: 's',
  trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
  addressFrom: 'x-forwarded-for',
  warn: () => undefined,
});
const subprotocols = new SubprotocolToken('bearer');

/** Whether credentials of a scheme are found exactly where RFC 9110 has them. */
function checkScheme(text: string, scheme: string): boolean {
  const request = { headers: { authorization: text }, rawHeaders: ['Authorization', text] };
  const read = readCredentials(request, scheme);
  const isExpected = text.toLowerCase().startsWith(`${scheme} `) && TOKEN68.test(text.slice(scheme.length).replace(/^ +/, ''));
  if (read.kind === 'present') holds(isExpected && text.endsWith(read.value) && TOKEN68.test(read.value), 'reads what is not there');
  else holds(!isExpected || (read.kind === 'malformed' && text.length > 8000), 'does not read what is there');
  readUncheckedCredentials(request, scheme, 100);
  return read.kind === 'present';
}

export const headerTargets: readonly Target[] = [
  {
    name: 'authorization',
    seeds: ['Bearer abc.def.ghi', 'Basic YWxpY2U6eA==', 'DPoP x', 'bearer  a', 'Bearer a b', 'Bearer', 'Basic dTpwOnA='],
    words: ['Bearer ', 'Basic ', 'DPoP ', '==', 'Og==', ',', '\t'],
    check(_, text) {
      const found = ['bearer', 'basic', 'dpop'].map((scheme) => checkScheme(text, scheme));
      const user = parseUserPass(text.replace(/^Basic +/i, ''));
      if (user !== undefined)
        holds(Buffer.from(`${user.username}:${user.password}`).toString('base64') === text.replace(/^Basic +/i, ''), 'has two spellings');
      const token = readTokenValue(text, 16_384);
      if (token.kind === 'present') holds(TOKEN68.test(token.value) && text.endsWith(token.value), 'reads a token that is not there');
      return found.includes(true) && token.kind === 'present';
    },
  },
  {
    name: 'forwarded',
    seeds: [
      '192.0.2.1',
      '1.2.3.4, 10.0.0.2',
      '[2001:db8::1]:80, fd00::1',
      '::ffff:192.0.2.7',
      '192.0.2.1:8080',
      'for=192.0.2.1;proto=https',
      'a.test',
      'https',
    ],
    words: ['10.0.0.1', '::ffff:', '64:ff9b::', ',', '[', ']:', '%eth0', 'unknown', '_x', '0x7f.1', 'fd00::', ':80'],
    check(_, text) {
      const request = {
        headers: { 'x-forwarded-for': text, 'x-forwarded-host': text, 'x-forwarded-proto': text, forwarded: text },
        rawHeaders: [],
        socket: proxy,
        url: '/y',
      };
      const address = addressOf(request);
      holds(address !== undefined && /^[0-9a-f.:]+$/.test(address), `counts under ${address}`);
      // Only what stands at the right of the field, or the proxies before it, may be the address.
      if (!text.includes(',') && !/10\.|fd/.test(text))
        holds(
          addressOf({ ...request, headers: { 'x-forwarded-for': `6.6.6.6, ${text}` } }) === address || address === '10.0.0.1',
          'lets a client choose',
        );
      const known = ['https://a.test/x/y', 'https://b.test/y'];
      holds(
        urls.of(request).every((url) => known.includes(url)),
        'takes a name from a header field',
      );
      const url = normalizedUrl(text);
      if (url !== undefined) holds(normalizedUrl(url) === url, 'normalizes twice to something else');
      return address !== '10.0.0.1';
    },
  },
  {
    name: 'cookie',
    seeds: ['token=abc', 'a=b; token=x; token="y"', ' token = z', 'token=%61%2e', 'xtoken=a;token', '__Host-token=a'],
    words: ['token=', '; ', '"', '%', '%25', '=', '\t', '\u00a0'],
    check(_, text) {
      const pairs = text.split(';').map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''));
      const expected = pairs.filter((pair) => pair.startsWith('token=')).map((pair) => pair.slice(6).replace(/^[ \t]+/, ''));
      const found = cookieValues(text, 'token');
      holds(JSON.stringify(found) === JSON.stringify(expected), 'differs from the plain reading');
      for (const value of found) decodeCookieValue(value);
      return found.length > 0;
    },
  },
  {
    name: 'subprotocol',
    seeds: [
      'graphql-ws',
      'app, bearer, abc',
      'bearer, abc, app',
      'app, base64url.bearer.authorization.YWJj',
      'bearer',
      'bearer, bearer, bearer',
    ],
    words: ['bearer', ', ', 'base64url.bearer.authorization.', 'app', ' '],
    check(_, text) {
      const list = text.split(',').map((each) => each.trim());
      const mine = subprotocols.ofApplication(list);
      const tokens = subprotocols.tokensIn(text).filter((token) => token !== ' ');
      for (const each of mine) holds(list.includes(each), 'echoes what was not offered');
      for (const token of tokens) holds(!mine.has(token), 'echoes a token');
      return mine.size > 0 && tokens.length > 0;
    },
  },
  {
    name: 'challenge',
    seeds: ['api', 'a "quoted" one', 'back\\slash', 'line\r\nbreak', 'ünï'],
    words: ['"', '\\', '\r\n', '", x="', '\0', ', Basic realm="x"'],
    check(input, text) {
      for (const value of [text, input.toString('utf8')]) {
        const written = formatChallenge({ scheme: 'Bearer', params: { realm: value, scope: value } });
        const one = '"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\["\\\\])*"';
        holds(new RegExp(`^Bearer realm=${one}, scope=${one}$`).test(written), 'writes what ends its parameter');
        const [, inner = ''] = /^Bearer realm="((?:[^"\\]|\\.)*)"/.exec(written) ?? [];
        holds(inner.replaceAll(/\\(.)/g, '$1') === value.replaceAll(/[^\x20-\x7e]/gu, ''), 'says something else');
      }
      return true;
    },
  },
  {
    name: 'path',
    seeds: ['/orders/7', '/orders/%37', '/a/b?x=/../y', '/ORDERS/x/', '/tree/a/b', '/orders/%C3%BC', '/a..b', '/orders/a%20b'],
    words: ['//', '/./', '/../', '%2e', '%2f', '%5c', ';', '\\', '?', '#', '%', '%00', '/orders/', '%c3%bc'],
    check(_, text) {
      const path = normalizedPath(text);
      if (path === undefined) return false;
      holds(path.startsWith('/') && !/\/\/|\\|\/\.+(?:\/|$)/.test(path), 'accepts a path that is not normalized');
      holds(
        // The query keeps a blank at the end of the path, which the parser would remove. No request over HTTP/1.1 or HTTP/2 can have one.
        new URL(`http://x${text.replace(/[?#].*$/s, '')}?`).pathname.split('/').length === path.split('/').length,
        'has other segments than a URL',
      );
      for (const pattern of ['/orders/:id', '/tree/*path', '/orders{/:id}', '/*', '/orders/:a-:b', '/x/:id(\\d+)?']) {
        const canonical = canonicalPath(path, pattern);
        if (canonical !== undefined)
          holds(
            // The slash that was left out may be what an empty wildcard stands after.
            [canonical, `${canonical}/`].some((each) => canonicalPath(each, pattern) === canonical) || canonical === '/',
            `has no fixed point for ${pattern}`,
          );
      }
      return true;
    },
  },
];
