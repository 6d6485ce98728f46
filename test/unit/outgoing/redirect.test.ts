import { Readable } from 'node:stream';
import { isRedirect, redirected } from '../../../lib/outgoing/redirect.js';

const SENT = {
  url: new URL('https://api.example:8443/a/b?x=1'),
  method: 'POST',
  headers: { authorization: 'Bearer t', 'content-type': 'text/plain', 'content-length': '1', 'x-content-type': 'kept' },
  body: 'x',
  redirect: 'follow',
} as const;

const next = (location: string | string[] | undefined, { status = 307, hops = 0, ...sent }: Record<string, unknown> = {}) =>
  redirected({ ...SENT, ...sent }, { status: status as number, headers: { location } }, hops as number);

describe('a redirect', () => {
  it.each([
    'https://api.example/a',
    'https://api.example:443/a',
    'https://api.example:8444/a',
    'http://api.example:8443/a',
    '//other.example:8443/a',
    'https://sub.api.example:8443/a',
    'https://api.example.:8443/a',
    'https://api.example:8443@other.example/a',
    '\\\\other.example/a',
    'data:text/plain,x',
    'blob:https://api.example:8443/a',
  ])('to another origin is refused, so that no credentials are sent there: %s', (location) => {
    expect(() => next(location)).toThrow('was redirected (307) to another origin');
  });

  it.each([
    ['/c', 'https://api.example:8443/c'],
    ['c?y=2', 'https://api.example:8443/a/c?y=2'],
    ['HTTPS://API.example:8443/c', 'https://api.example:8443/c'],
  ])('within the origin is followed, with the same request: %s', (location, href) => {
    expect(next(location)).toEqual({ ...SENT, url: new URL(href) });
  });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'DELETE', 'GET'],
  ])('%i of a %s becomes a %s, without the body and its header fields', (status, method, then) => {
    const headers = { authorization: 'Bearer t', 'x-content-type': 'kept' };
    expect(next('/c', { status, method })).toEqual({
      ...SENT,
      url: new URL('https://api.example:8443/c'),
      method: then,
      headers,
      body: null,
    });
  });

  it.each([
    [301, 'PUT'],
    [302, 'PUT'],
    [301, 'HEAD'],
    [303, 'HEAD'],
    [303, 'GET'],
    [307, 'POST'],
    [308, 'POST'],
    [308, 'DELETE'],
  ])('%i of a %s keeps the method, the body and the header fields', (status, method) => {
    expect(next('/c', { status, method })).toEqual({ ...SENT, url: new URL('https://api.example:8443/c'), method });
  });

  it.each<[string | string[]]>([[['/c', '/d']], [['/c']], ['https://['], ['https://']])(
    'that names no single valid URL is refused: %p',
    (location) => {
      expect(() => next(location)).toThrow('to an invalid URL');
    },
  );

  it('is followed three times, and not again', () => {
    expect(next('/c', { hops: 2 })).toBeDefined();
    expect(() => next('/c', { hops: 3 })).toThrow('more than 3 times');
  });

  it('of a stream is refused unless the stream is not sent again', () => {
    expect(() => next('/c', { body: Readable.from(['x']) })).toThrow('its body, a stream, cannot be sent again');
    expect(next('/c', { status: 303, body: Readable.from(['x']) })).toMatchObject({ method: 'GET', body: null });
    expect(next('/c', { body: new Uint8Array(1) })).toMatchObject({ body: new Uint8Array(1) });
  });

  it('is an answer like any other where the caller wants to see it, where it has no location, and where its status is none of a redirect', () => {
    expect([next('/c', { redirect: 'manual' }), next(undefined), next(undefined, { redirect: 'error' })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    for (const status of [200, 201, 300, 304, 305, 306, 309, 404]) expect(next('/c', { status, redirect: 'error' })).toBeUndefined();
    expect([300, 301, 302, 303, 304, 305, 306, 307, 308, 309].filter(isRedirect)).toEqual([301, 302, 303, 307, 308]);
  });

  it('is refused where the caller wants none', () => {
    expect(() => next('/c', { redirect: 'error' })).toThrow('the request does not follow redirects');
  });
});
