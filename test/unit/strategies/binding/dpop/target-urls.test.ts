import type { Socket } from 'node:net';
import { normalizedUrl, TargetUrls } from '../../../../../lib/strategies/binding/dpop/target-urls.js';

const from = (remoteAddress: string) => ({ socket: { remoteAddress } as Socket });
const urlsOf = (publicUrl: string[], request: object, trustedProxies: string[] = []) =>
  new TargetUrls({ publicUrl, trustedProxies }).of({ headers: {}, rawHeaders: [], ...request });

describe('the URLs of a request', () => {
  it('have the names of the configuration, and never that of Host', () => {
    expect(urlsOf(['https://api.test'], { url: '/a?b', headers: { host: 'evil.test' } })).toEqual(['https://api.test/a']);
    expect(urlsOf(['https://a.test', 'https://b.test'], { url: '/x' })).toEqual(['https://a.test/x', 'https://b.test/x']);
  });

  it('begin with the path of the public URL', () => {
    for (const base of ['https://api.test/v1', 'https://api.test/v1/', 'https://api.test/v1//'])
      expect(urlsOf([base], { url: '/a' })).toEqual(['https://api.test/v1/a']);
  });

  it('are those of the request as it came, where a framework has changed it', () => {
    expect(urlsOf(['https://api.test'], { url: '/b', originalUrl: '/a/b?c' })).toEqual(['https://api.test/a/b']);
  });

  it.each(['', '*', 'http://api.test/a', 'api.test:443', '/a/../b', '/a/%2e%2E/b', '/a\\b', '/.', '/..', '/a/..', '/a/%2e'])(
    'are none for the target %j',
    (url) => {
      expect(urlsOf(['https://api.test'], { url })).toEqual([]);
    },
  );

  it('have neither query nor fragment, whatever is in them', () => {
    for (const url of ['/a?b', '/a?', '/a#b', '/a?b\nc', '/a?b?c#d'])
      expect(urlsOf(['https://api.test'], { url })).toEqual(['https://api.test/a']);
  });

  it('do not leave the host of the public URL', () => {
    expect(urlsOf(['https://api.test'], { url: '//evil.test/a' })).toEqual(['https://api.test//evil.test/a']);
  });

  describe('behind a proxy', () => {
    const both = ['https://a.test', 'https://b.test'];
    const chosen = (headers: object, address = '10.0.0.1') => urlsOf(both, { url: '/', headers, ...from(address) }, ['10.0.0.1']);

    it('are chosen among the configured ones by the name that a trusted proxy forwards', () => {
      expect(chosen({ 'x-forwarded-host': 'b.test' })).toEqual(['https://b.test/']);
      expect(chosen({ 'x-forwarded-host': 'a.test, B.test', 'x-forwarded-proto': 'https' })).toEqual(['https://b.test/']);
    });

    it('are chosen by the protocol, too, where two have the same name', () => {
      const sameName = ['https://a.test', 'http://a.test'];
      const of = (headers: object) => urlsOf(sameName, { url: '/', headers, ...from('10.0.0.1') }, ['10.0.0.1']);
      expect(of({ 'x-forwarded-host': 'a.test', 'x-forwarded-proto': 'http' })).toEqual(['http://a.test/']);
      expect(of({ 'x-forwarded-host': 'a.test' })).toEqual(['https://a.test/', 'http://a.test/']);
    });

    it.each([
      ['is not configured', { 'x-forwarded-host': 'evil.test' }, undefined],
      ['comes from another address', { 'x-forwarded-host': 'b.test' }, '10.0.0.2'],
    ])('are all of them where the name %s', (_, headers, address) => {
      expect(chosen(headers, address)).toEqual(['https://a.test/', 'https://b.test/']);
    });
  });
});

describe('a normalized URL', () => {
  it.each([
    ['HTTPS://API.test:443/%7ea/%2f?b#c', 'https://api.test/~a/%2F'],
    ['http://api.test', 'http://api.test/'],
  ])('of %s is %s', (given, expected) => {
    expect(normalizedUrl(given)).toBe(expected);
  });

  it.each(['', '/a', 'ftp://api.test', 'https://u@api.test', 'https://:p@api.test', 'urn:a'])('does not exist for %j', (given) => {
    expect(normalizedUrl(given)).toBeUndefined();
  });
});
