import type { AuthRequest, RouteMethods, TokenSource } from 'nest-service-auth';
import { compileTokenReader, type TokenReaderOptions } from '../../../lib/http/token-reader.js';

const AUTHORIZATION: TokenSource = { header: 'authorization' };
const ASSERTION: TokenSource = { header: 'X-JWT-Assertion' };
const COOKIE: TokenSource = { cookie: '__Host-token' };

/** A request as Node reads it: fields of one name joined, and all of them as they came. */
function requestOf(fields: readonly [string, string][], method = 'POST'): AuthRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const separator = key === 'cookie' ? '; ' : ', ';
    headers[key] = headers[key] === undefined ? value : headers[key] + separator + value;
  }
  return { method, headers, rawHeaders: fields.flat() };
}

function read(
  sources: TokenSource[],
  fields: [string, string][],
  methods: RouteMethods = 'safe',
  options: TokenReaderOptions = {},
): string {
  const credentials = compileTokenReader(sources, options)(requestOf(fields), methods);
  if (credentials.kind === 'present') return `present ${credentials.value}`;
  return credentials.kind === 'malformed' ? credentials.reason : 'absent';
}

describe('a token in a header field', () => {
  it.each<[[string, string][], string]>([
    [[], 'absent'],
    [[['X-Jwt-Assertion', '']], 'absent'],
    [[['x-jwt-assertion', 'a.b.c']], 'present a.b.c'],
    [[['X-JWT-ASSERTION', 'Bearer a.b.c']], 'present a.b.c'],
    [[['x-jwt-assertion', 'bEARER   a.b.c']], 'present a.b.c'],
    [[['x-jwt-assertion', 'BearerToken']], 'present BearerToken'],
    [[['x-jwt-assertion', 'Bearer']], 'malformed_credentials'],
    [[['x-jwt-assertion', 'Bearer ']], 'malformed_credentials'],
    [[['x-jwt-assertion', 'Bearer Bearer a.b.c']], 'malformed_credentials'],
    [[['x-jwt-assertion', 'Bearer\ta.b.c']], 'malformed_credentials'],
    [[['x-jwt-assertion', 'Basic YTpi']], 'malformed_credentials'],
    [[['x-jwt-assertion', 'a bearer a.b.c']], 'malformed_credentials'],
    [[['x-jwt-assertion', 'a.b.bearer']], 'present a.b.bearer'],
    [[['x-jwt-assertion', 'a.b.c, a.b.c']], 'malformed_credentials'],
    [[['x-jwt-assertion', '"a.b.c"']], 'malformed_credentials'],
    [[['x-jwt-assertion', '%61.b.c']], 'malformed_credentials'],
    [[['authorization', 'Bearer a.b.c']], 'absent'],
  ])('%j: %s', (fields, expected) => {
    expect(read([ASSERTION], fields)).toBe(expected);
  });

  it.each<[string[], string]>([
    [['a.b.c', 'a.b.c'], 'present a.b.c'],
    [['a.b.c', 'Bearer a.b.c'], 'present a.b.c'],
    [['a.b.c', ''], 'present a.b.c'],
    [['a.b.c', 'd.e.f'], 'ambiguous_credentials'],
    [['a.b.c', 'no token'], 'ambiguous_credentials'],
    [['no token', 'a.b.c'], 'ambiguous_credentials'],
    [['a.b.c', 'a.b.c', 'd.e.f'], 'ambiguous_credentials'],
    [['no token', 'no token'], 'ambiguous_credentials'],
    [['', ''], 'absent'],
  ])('in several fields of the name, %j: %s', (values, expected) => {
    expect(
      read(
        [ASSERTION],
        values.map((value) => ['x-jwt-assertion', value]),
      ),
    ).toBe(expected);
  });

  it('counts as it is in the headers, where a middleware has replaced it', () => {
    const request = { headers: { 'x-jwt-assertion': 'd.e.f' }, rawHeaders: ['X-JWT-Assertion', 'a.b.c'] };
    expect(compileTokenReader([ASSERTION])(request)).toEqual({ kind: 'present', value: 'd.e.f' });
    expect(compileTokenReader([ASSERTION])({ headers: {}, rawHeaders: request.rawHeaders })).toEqual({ kind: 'absent' });
  });
});

describe('a token in a cookie', () => {
  it.each<[string, string]>([
    ['', 'absent'],
    ['a=b', 'absent'],
    ['__Host-token', 'absent'],
    ['__Host-token=', 'absent'],
    ['__Host-token=""', 'absent'],
    ['a=b; __Host-token=a.b.c; c=d', 'present a.b.c'],
    ['__Host-token="a.b.c"', 'present a.b.c'],
    ['__Host-token=Bearer%20a.b.c', 'present a.b.c'],
    ['__Host-token="Bearer a.b.c"', 'present a.b.c'],
    ['__Host-token=a%2Bb%3D', 'present a+b='],
    ['__Host-token=a%252Bb', 'malformed_credentials'],
    ['__Host-token=a%2', 'malformed_credentials'],
    ['__Host-token=s%3Aa.b.c.signature', 'malformed_credentials'],
    ['__Host-token="a.b.c', 'malformed_credentials'],
    ['__Host-token=a b', 'malformed_credentials'],
    ['__Host-token=a,b', 'malformed_credentials'],
    ['__host-token=a.b.c', 'absent'],
    ['__Host-token.0=a; __Host-token.1=b', 'absent'],
    ['\u00a0__Host-token=a.b.c', 'absent'],
    ['__Host-token=a.b.c; __Host-token=a.b.c', 'present a.b.c'],
    ['__Host-token=a.b.c; __Host-token="a.b.c"', 'present a.b.c'],
    ['__Host-token=; __Host-token=a.b.c', 'present a.b.c'],
    ['__Host-token=a.b.c; __Host-token=d.e.f', 'ambiguous_credentials'],
    ['__Host-token=d.e.f; __Host-token=a%', 'ambiguous_credentials'],
  ])('%j: %s', (cookie, expected) => {
    expect(read([COOKIE], [['Cookie', cookie]])).toBe(expected);
  });

  it('is found in every Cookie field', () => {
    const crumbs = (...values: string[]): [string, string][] => values.map((value) => ['Cookie', value]);
    expect(read([COOKIE], crumbs('a=b', '__Host-token=a.b.c'))).toBe('present a.b.c');
    expect(read([COOKIE], crumbs('__Host-token=a.b.c', '__Host-token=d.e.f'))).toBe('ambiguous_credentials');
  });

  it('does not count from another site, good or bad', () => {
    for (const value of ['a.b.c', 'no token', 'a%']) {
      const cookie: [string, string][] = [['Cookie', `__Host-token=${value}`]];
      expect(read([COOKIE], cookie, 'unsafe')).toBe('cross_site_request');
      expect(read([COOKIE], [...cookie, ['Sec-Fetch-Site', 'cross-site']], 'all')).toBe('cross_site_request');
    }
    const cookie: [string, string] = ['Cookie', '__Host-token=a.b.c'];
    expect(read([COOKIE], [cookie, ['Sec-Fetch-Site', 'same-origin']], 'unsafe')).toBe('present a.b.c');
    expect(read([COOKIE], [cookie, ['Sec-Fetch-Site', 'cross-site']], 'safe')).toBe('present a.b.c');
    const origin: [string, string] = ['Origin', 'https://app.example.com'];
    expect(read([COOKIE], [cookie, origin], 'unsafe', { allowedOrigins: [origin[1]] })).toBe('present a.b.c');
    expect(read([COOKIE], [cookie, origin], 'unsafe')).toBe('cross_site_request');
    expect(read([COOKIE], [['Sec-Fetch-Site', 'cross-site']], 'unsafe')).toBe('absent');
  });

  it('counts for no handler of which nothing is known', () => {
    const request = requestOf([['Cookie', '__Host-token=a.b.c']]);
    expect(compileTokenReader([COOKIE])(request)).toEqual({ kind: 'malformed', reason: 'cross_site_request' });
  });
});

describe('a token in one of several sources', () => {
  const all = [AUTHORIZATION, ASSERTION, COOKIE];
  const token = (authorization?: string, assertion?: string, cookie?: string): [string, string][] => [
    ...(authorization === undefined ? [] : [['Authorization', authorization] as [string, string]]),
    ...(assertion === undefined ? [] : [['X-JWT-Assertion', assertion] as [string, string]]),
    ...(cookie === undefined ? [] : [['Cookie', `__Host-token=${cookie}`] as [string, string]]),
  ];

  it.each<[Parameters<typeof token>, string]>([
    [[], 'absent'],
    [['Bearer a.b.c'], 'present a.b.c'],
    [['Bearer a b'], 'malformed_credentials'],
    [['Basic YTpi', 'a.b.c'], 'present a.b.c'],
    [['Basic YTpi'], 'absent'],
    [[undefined, 'a.b.c'], 'present a.b.c'],
    [[undefined, '', 'a.b.c'], 'present a.b.c'],
    [['Bearer a.b.c', 'a.b.c', 'a.b.c'], 'present a.b.c'],
    [['Bearer a.b.c', 'd.e.f'], 'ambiguous_credentials'],
    [['Bearer a.b.c', undefined, 'd.e.f'], 'ambiguous_credentials'],
    [['Bearer a.b.c', 'a.b.c', 'd.e.f'], 'ambiguous_credentials'],
    [['Bearer a.b.c', 'no token'], 'ambiguous_credentials'],
    [['Bearer', 'a.b.c'], 'ambiguous_credentials'],
  ])('%j: %s', (fields, expected) => {
    expect(read(all, token(...fields))).toBe(expected);
  });

  it('counts wherever the request comes from, if the first source is no cookie', () => {
    const fields = token('Bearer a.b.c', undefined, 'a.b.c');
    expect(read([AUTHORIZATION, COOKIE], fields, 'unsafe')).toBe('present a.b.c');
    expect(read([COOKIE, AUTHORIZATION], fields, 'unsafe')).toBe('cross_site_request');
    expect(read([AUTHORIZATION, COOKIE], token('Bearer a.b.c', undefined, 'd.e.f'), 'unsafe')).toBe('ambiguous_credentials');
  });
});

it.each(['authorization', 'Authorization'])('a token in %s alone is left to the code that reads it, which checks its form', (header) => {
  expect(read([{ header }], [['Authorization', 'Bearer a b']])).toBe('present a b');
  expect(read([{ header }, ASSERTION], [['Authorization', 'Bearer a b']])).toBe('malformed_credentials');
});

describe('the length of a token', () => {
  const longest = 'a'.repeat(40);
  const options = { maxTokenLength: 40 };

  it.each<[string, TokenSource, (value: string) => [string, string]]>([
    ['Authorization', AUTHORIZATION, (value) => ['Authorization', `Bearer ${value}`]],
    ['a header field', ASSERTION, (value) => ['x-jwt-assertion', value]],
    ['a header field after Bearer', ASSERTION, (value) => ['x-jwt-assertion', `Bearer ${value}`]],
    ['a cookie', COOKIE, (value) => ['Cookie', `a=${'b'.repeat(100)}; __Host-token=${value}`]],
    ['a quoted cookie', COOKIE, (value) => ['Cookie', `__Host-token="Bearer ${value}"`]],
  ])('is bounded in %s', (_, source, field) => {
    for (const sources of [[source], [source, { header: 'x-other' }]]) {
      expect(read(sources, [field(longest)], 'safe', options)).toBe(`present ${longest}`);
      expect(read(sources, [field(`${longest}a`)], 'safe', options)).toBe('too_long');
    }
  });

  it('is bounded in a cookie before its escapes are read', () => {
    expect(read([COOKIE], [['Cookie', `__Host-token=${'%61'.repeat(16)}`]], 'safe', options)).toBe(`present ${'a'.repeat(16)}`);
    expect(read([COOKIE], [['Cookie', `__Host-token=${'%61'.repeat(17)}`]], 'safe', options)).toBe('too_long');
  });

  it('is 16 KiB unless it is configured', () => {
    expect(read([AUTHORIZATION], [['Authorization', `Bearer ${'a'.repeat(16_384)}`]])).toMatch(/^present/);
    expect(read([AUTHORIZATION], [['Authorization', `Bearer ${'a'.repeat(16_385)}`]])).toBe('too_long');
    expect(read([COOKIE], [['Cookie', `__Host-token=${'a'.repeat(16_385)}`]])).toBe('too_long');
  });
});

describe('a token under another scheme than Bearer', () => {
  const OWN = { moreSchemes: ['dpop'] };
  it.each<[[string, string][], string]>([
    [[['authorization', 'DPoP a.b.c']], 'present a.b.c'],
    [[['authorization', 'DPOP a.b.c']], 'present a.b.c'],
    [[['authorization', 'DPoP']], 'malformed_credentials'],
    [[['x-jwt-assertion', 'a.b.c']], 'present a.b.c'],
    [[], 'absent'],
    [
      [
        ['authorization', 'DPoP a.b.c'],
        ['x-jwt-assertion', 'a.b.c'],
      ],
      'present a.b.c',
    ],
    [
      [
        ['authorization', 'DPoP a.b.c'],
        ['x-jwt-assertion', 'x.y.z'],
      ],
      'ambiguous_credentials',
    ],
    [
      [
        ['authorization', 'DPoP'],
        ['x-jwt-assertion', 'x.y.z'],
      ],
      'ambiguous_credentials',
    ],
    [
      [
        ['authorization', 'DPoP a.b.c'],
        ['x-jwt-assertion', 'x y'],
      ],
      'malformed_credentials',
    ],
  ])('%j: %s', (fields, expected) => {
    expect(read([ASSERTION], fields, 'safe', OWN)).toBe(expected);
  });

  it('is none where the scheme is not configured', () => {
    expect(read([ASSERTION], [['authorization', 'DPoP a.b.c']])).toBe('absent');
    expect(read([AUTHORIZATION], [['authorization', 'DPoP a.b.c']])).toBe('absent');
  });
});
