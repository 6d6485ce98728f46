import { isFromAllowedOrigin, mayUseAmbientCredentials, originOfUrl, originsOf, readOrigin } from '../../../lib/http/origin.js';
import { type RouteMethods, routeMethods } from '../../../lib/http/route-methods.js';

const ORIGINS = new Set(['https://api.example.com', 'https://app.example.com']);

function counts(methods: RouteMethods, method: string, site?: string, origin?: string): boolean {
  const headers = { ...(site !== undefined && { 'sec-fetch-site': site }), ...(origin !== undefined && { origin }) };
  return isFromAllowedOrigin({ method, headers, rawHeaders: [] }, methods, ORIGINS);
}

describe('a credential that browsers send by themselves', () => {
  it.each([
    ['cross-site', 'https://evil.example'],
    ['same-site', undefined],
    [undefined, 'null'],
    [undefined, undefined],
  ])('counts for a handler that changes nothing, from %s and %s', (site, origin) => {
    expect([counts('safe', 'GET', site, origin), counts('safe', 'HEAD', site, origin)]).toEqual([true, true]);
  });

  it.each<[string | undefined, string | undefined, boolean]>([
    ['same-origin', undefined, true],
    ['same-origin', 'https://api.example.com', true],
    ['none', undefined, true],
    ['same-site', undefined, false],
    ['cross-site', undefined, false],
    ['cross-site', 'https://evil.example', false],
    ['cross-site', 'null', false],
    ['same-site', 'https://app.example.com', true],
    ['cross-site', 'https://app.example.com', true],
    [undefined, 'https://app.example.com', true],
    [undefined, 'https://api.example.com', true],
    [undefined, 'https://evil.example', false],
    [undefined, 'https://app.example.com.evil.example', false],
    [undefined, 'https://app.example.com:8443', false],
    [undefined, 'http://app.example.com', false],
    [undefined, 'null', false],
    [undefined, '', false],
    ['Same-Origin', undefined, false],
    ['', undefined, false],
    ['same-origin, cross-site', undefined, false],
    ['cross-site, same-origin', undefined, false],
    [undefined, 'https://app.example.com, https://evil.example', false],
    [undefined, undefined, false],
  ])('counts for another one with Sec-Fetch-Site %s and Origin %s: %p', (site, origin, expected) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'GET'])
      expect(`${method} ${counts('unsafe', method, site, origin)}`).toBe(`${method} ${expected}`);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])
      expect(`${method} ${counts('all', method, site, origin)}`).toBe(`${method} ${expected}`);
  });

  it('counts for a handler of all methods with GET, unless the request says that it comes from elsewhere', () => {
    expect([counts('all', 'GET'), counts('all', 'HEAD'), counts('all', 'GET', 'none')]).toEqual([true, true, true]);
    expect([counts('all', 'GET', 'cross-site'), counts('all', 'GET', 'same-site'), counts('all', 'GET', undefined, 'null')]).toEqual([
      ...[false, false, false],
    ]);
    expect([counts('all', 'get'), isFromAllowedOrigin({ headers: {}, rawHeaders: [] }, 'all', ORIGINS)]).toEqual([false, false]);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['POST', {}, true],
    ['GET', {}, false],
    ['HEAD', {}, false],
    ['GET', { upgrade: 'websocket' }, true],
    ['GET', { upgrade: 'websocket', origin: 'https://evil.example' }, false],
    ['GET', { upgrade: 'websocket', 'sec-fetch-site': 'cross-site' }, false],
    ['GET', { origin: 'https://app.example.com' }, true],
    ['POST', { origin: 'https://evil.example' }, false],
    ['POST', { 'sec-fetch-site': 'cross-site' }, false],
    ['POST', { 'sec-fetch-site': 'same-origin' }, true],
  ])('and that other clients send too counts with %s and %j: %p', (method, headers, expected) => {
    expect(mayUseAmbientCredentials({ method, headers, rawHeaders: [] }, ORIGINS)).toBe(expected);
  });

  it('is judged by the methods that a route declares', () => {
    expect(['GET', 'HEAD', 'POST', 'OPTIONS', 'SEARCH', 'PROPFIND', 'ALL', ''].map(routeMethods)).toEqual([
      ...['safe', 'safe', 'unsafe', 'unsafe', 'unsafe', 'unsafe', 'all', 'unsafe'],
    ]);
  });
});

it.each<[string, string | undefined]>([
  ['https://API.example.com:443/base/', 'https://api.example.com'],
  ['HTTP://localhost:3000', 'http://localhost:3000'],
  ['xhttps://api.example.com', undefined],
  [' https://api.example.com', undefined],
  ['https://api.example.com ', undefined],
  ['https://u@api.example.com', undefined],
  ['https://api.example.com?a', undefined],
  ['https://api.example.com/#a', undefined],
  ['https://*.example.com', undefined],
  ['https://api.example.com:99999', undefined],
  ['capacitor://localhost', undefined],
])('the origin of the URL %j is %s', (url, origin) => {
  expect(originOfUrl(url)).toBe(origin);
});

it.each<[string, string | undefined]>([
  ['https://App.example.com:443', 'https://app.example.com'],
  ['http://App.example.com:80', 'http://app.example.com'],
  ['Capacitor://Localhost', 'capacitor://localhost'],
  ['app2+x.y-z://localhost', 'app2+x.y-z://localhost'],
  ['myhttp://localhost', 'myhttp://localhost'],
  ['a b://localhost', undefined],
  ['2app://localhost', undefined],
  [' app://localhost', undefined],
  ['app://localhost/', undefined],
  ['app://localhost ', undefined],
  ['https://app.example.com/', undefined],
  ['*', undefined],
  ['null', undefined],
])('the allowed origin %j is read as %s', (text, origin) => {
  expect(readOrigin(text)).toBe(origin);
});

it('a text that is no origin allows none', () => {
  expect(originsOf({ publicUrl: ['ftp://a.example', 'https://a.example/b'], allowedOrigins: ['*', 'null', 'app://b'] })).toEqual([
    ...['https://a.example', 'app://b'],
  ]);
});
