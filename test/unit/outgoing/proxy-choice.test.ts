import { chooseProxy, parseProxy } from '../../../lib/outgoing/proxy.js';

describe('the URL of a proxy', () => {
  it.each([
    ['http://proxy.example:3128', { origin: 'http://proxy.example:3128', hostname: 'proxy.example' }],
    ['https://proxy.example/', { origin: 'https://proxy.example', hostname: 'proxy.example' }],
    ['http://user:pass@proxy.example', { origin: 'http://proxy.example', hostname: 'proxy.example', authorization: 'Basic dXNlcjpwYXNz' }],
    ['http://:pass@proxy.example', { origin: 'http://proxy.example', hostname: 'proxy.example', authorization: 'Basic OnBhc3M=' }],
    ['http://user@proxy.example', { origin: 'http://proxy.example', hostname: 'proxy.example', authorization: 'Basic dXNlcjo=' }],
  ])('may be %s', (url, expected) => {
    expect(parseProxy(url)).toStrictEqual(expected);
  });

  it.each([
    'proxy.example:3128',
    'socks5://proxy.example',
    'ftp://proxy.example',
    'http:proxy.example',
    'http://',
    'http://a b/',
    'nonsense',
    'ftp://proxy.example/http://',
  ])('is not %s', (url) => {
    expect(() => parseProxy(url)).toThrow('must be the URL of a proxy that begins with http:// or https://');
  });

  it.each(['http://proxy.example/path', 'http://proxy.example/?a', 'http://proxy.example/#a'])('has nothing after the port: %s', (url) => {
    expect(() => parseProxy(url)).toThrow('without a path');
  });

  it.each(['http://us%zzer:secret@proxy.example', 'http://us%3Aer:secret@proxy.example', 'http://u:%ffsecret@proxy.example'])(
    'has a user name and a password that can be sent: %s',
    (url) => {
      expect(() => parseProxy(url)).toThrow('cannot be decoded');
      expect(() => parseProxy(url)).not.toThrow('secret');
    },
  );
});

describe('the choice of a proxy', () => {
  const chosen = (environment: Record<string, string>, url: string, allowHttp = true) =>
    chooseProxy({ proxy: 'environment', allowHttp }, environment)(new URL(url))?.origin;

  it.each([
    [{ HTTPS_PROXY: 'http://a:1' }, 'https://x.example/', 'http://a:1'],
    [{ HTTPS_PROXY: 'http://a:1' }, 'http://x.example/', undefined],
    [{ HTTP_PROXY: 'http://a:1' }, 'http://x.example/', 'http://a:1'],
    [{ HTTP_PROXY: 'http://a:1' }, 'https://x.example/', undefined],
    [{ HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2' }, 'https://x.example/', 'http://b:2'],
    [{ HTTPS_PROXY: 'http://a:1', https_proxy: '' }, 'https://x.example/', undefined],
    [{ HTTPS_PROXY: 'a:1' }, 'https://x.example/', 'http://a:1'],
    [{ HTTPS_PROXY: ' http://a:1 ' }, 'https://x.example/', 'http://a:1'],
    [{}, 'https://x.example/', undefined],
    [{ ALL_PROXY: 'http://a:1' }, 'https://x.example/', undefined],
  ] as const)('by %j for %s is %s', (environment, url, expected) => {
    expect(chosen(environment, url)).toBe(expected);
  });

  it.each([
    ['*', 'https://x.example/', true],
    ['a.example, *', 'https://x.example/', true],
    ['x.example', 'https://x.example/', true],
    ['X.Example', 'https://x.example/', true],
    ['x.example', 'https://a.x.example/', true],
    ['.x.example', 'https://a.x.example/', true],
    ['.x.example', 'https://x.example/', true],
    ['*.x.example', 'https://a.x.example/', true],
    ['x.example', 'https://ax.example/', false],
    ['x.example', 'https://x.example.org/', false],
    ['x.example:443', 'https://x.example/', true],
    ['x.example:8443', 'https://x.example/', false],
    ['x.example:8443', 'https://x.example:8443/', true],
    ['a b,x.example', 'https://x.example/', true],
    ['x.example', 'https://x.example./', true],
    ['.svc,.cluster.local', 'https://idp.auth.svc/', true],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/99', 'https://10.1.2.3/', false],
    ['172.16.0.0/12', 'https://172.17.1.2/', true],
    ['10.1.2.3/32', 'https://10.1.2.3/', true],
    ['10.1.2.3/32', 'https://10.1.2.4/', false],
    ['10.0.0.0/8/8', 'https://10.1.2.3/', false],
    ['10.0.0.0/x8', 'https://10.1.2.3/', false],
    ['10.0.0.0/8x', 'https://10.1.2.3/', false],
    ['10.0.0.0/', 'https://10.1.2.3/', false],
    ['y.example/8', 'https://x.example/', false],
    ['10.0.0.0/8', 'https://x.example/', false],
    ['fd00::/64', 'https://[fd00::1]/', true],
    ['FD00::1/128', 'https://[fd00::1]/', true],
    ['fd00::/129', 'https://[fd00::1]/', false],
    ['0:0:0:0:0:0:0:1', 'https://[::1]/', true],
    ['x.example:443x', 'https://x.example/', false],
    [' , ,', 'https://x.example/', false],
    ['::1', 'https://[::1]/', true],
    ['[::1]:8443', 'https://[::1]:8443/', true],
    ['fd00::/8', 'https://[fd12::1]/', true],
    ['fd00::/8', 'https://[fe80::1]/', false],
    ['xn--bcher-kva.example', 'https://bücher.example/', true],
    ['bücher.example', 'https://bücher.example/', true],
    ['', 'https://x.example/', false],
    ['10.0.0.0/99', 'https://10.0.0.0/', false],
    ['10.0.0.0/8/8', 'https://10.0.0.0/', false],
    ['10.0.0.0/99:443', 'https://10.0.0.0/', false],
    ['[fd00::]/129', 'https://[fd00::]/', false],
    ['x.example/8', 'https://x.example/', false],
    ['x.example/8', 'https://a.x.example/', false],
    ['x.example/', 'https://x.example/', false],
    ['x.example?', 'https://x.example/', false],
    ['x.example#', 'https://x.example/', false],
    ['x.example\\', 'https://x.example/', false],
    ['x.example:', 'https://x.example/', false],
    ['x.example:80:443', 'https://x.example/', false],
    ['user@x.example', 'https://x.example/', false],
    ['https://x.example', 'https://https/', false],
    ['.', 'https://x.example../', false],
    ['[x.example]', 'https://x.example/', false],
    ['x.exam[ple]', 'https://x.example/', false],
    ['[x.exam]ple', 'https://x.example/', false],
    ['[fd00::12]', 'https://[fd00::12]/', true],
    ['a[::1]', 'https://[a::1]/', false],
    ['[::1]a', 'https://[::1a]/', false],
    ['x.example/8,x.example', 'https://x.example/', true],
  ])('with NO_PROXY=%s excepts %s: %s', (list, url, isExcepted) => {
    expect(chosen({ HTTPS_PROXY: 'http://a:1', NO_PROXY: list }, url) === undefined).toBe(isExcepted);
  });

  it.each(['socks5://a:1', 'http://a:1/x', '::'])('stops the boot with HTTPS_PROXY=%s, and names the variable', (value) => {
    const choose = () => chooseProxy({ proxy: 'environment' }, { HTTPS_PROXY: value });
    expect(choose).toThrow(/^proxy: is "environment", but the environment variable HTTPS_PROXY must be the URL of a proxy/);
    expect(choose).not.toThrow(value);
  });

  it('is the configured one, or none where none is configured', () => {
    const by = (config: object) => chooseProxy(config)(new URL('https://x.example/'));
    expect(by({ proxy: 'http://a:1' })).toEqual({ origin: 'http://a:1', hostname: 'a' });
    expect([by({}), by({ proxy: false })]).toEqual([undefined, undefined]);
  });

  it('is for https: whether http: is allowed or not, and none for http: without a proxy for it', () => {
    expect(chosen({ HTTPS_PROXY: 'http://proxy.example' }, 'https://x.example/', false)).toBe('http://proxy.example');
    expect(chosen({ HTTPS_PROXY: 'http://proxy.example' }, 'http://localhost/', false)).toBeUndefined();
  });

  it('never sends http: requests away that may not leave this machine', () => {
    const environment = { HTTP_PROXY: 'http://proxy.example' };
    expect(chooseProxy({ proxy: 'http://proxy.example' })(new URL('http://localhost/'))).toBeUndefined();
    expect(chosen(environment, 'http://localhost/', false)).toBeUndefined();
    expect(chosen(environment, 'http://localhost/', true)).toBe('http://proxy.example');
    expect(chosen({ HTTP_PROXY: 'http://127.0.0.1:1' }, 'http://localhost/', false)).toBe('http://127.0.0.1:1');
  });
});
