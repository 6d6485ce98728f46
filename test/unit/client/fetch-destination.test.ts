import { AuthClient } from '../../../lib/client/auth-client.js';
import { BEARER, type FakeService, failed, workshop } from './setup.js';

describe('the fetch of a client (destination)', () => {
  const { client, serve, close } = workshop();
  let service: FakeService;
  let inventory: AuthClient;
  beforeEach(async () => {
    service = await serve();
    inventory = await client({ baseUrl: `${service.origin}/v1`, auth: BEARER });
  });
  afterEach(close);

  describe('goes nowhere but to the service', () => {
    it.each([
      ['/stock', '/v1/stock'],
      ['stock?a=1', '/v1/stock?a=1'],
      ['?a=1', '/v1?a=1'],
      ['', '/v1'],
      ['//evil.example/x', '/v1/evil.example/x'],
      ['/a/../b', '/v1/b'],
      ['/a%2Fb', '/v1/a%2Fb'],
      ['/100%25/..x/...', '/v1/100%25/..x/...'],
      ['/a%5cb?up=../..%2f', '/v1/a%5cb?up=../..%2f'],
      [`/%${'25'.repeat(6)}41`, `/v1/%${'25'.repeat(6)}41`],
    ])('%s is %s', async (input, path) => {
      await inventory.fetch(input);
      expect(service.received[0]?.url).toBe(path);
    });

    it.each([
      [
        'another origin',
        'https://evil.example/v1/stock',
        'https://evil.example is neither the origin of baseUrl nor one of allowedOrigins',
      ],
      ['another scheme', 'data:text/plain,x', 'is neither'],
      ['a user name', 'http://a@localhost/v1', 'must not contain a user name'],
      ['a password', 'http://:hunter2@localhost/v1', 'must not contain a user name or a password'],
      ['what is above the base', '../admin', 'leads out of baseUrl'],
      ['what is above the base, encoded', '/%2e%2E/admin', 'leads out of baseUrl'],
      ['what is above the base, with a backslash', '\\..\\..\\admin', 'leads out of baseUrl'],
      ['a neighbour of the base', '..//v12', 'leads out of baseUrl'],
      ['a neighbour whose name begins alike', '../v10/stock', 'leads out of baseUrl'],
      ...[
        '..%2f..%2fadmin',
        '..%2F..%2Fadmin',
        '..%5c..%5cadmin',
        '%2e%2e%2fadmin',
        'a/%2e%2e%5cadmin',
        '%252e%252e%252fadmin',
        '..%25252fadmin',
        '%25%32%65%252e/admin',
        'a%2f..',
        'a%2f.%2fb',
        '..;/admin',
        '..;a=b/admin',
        '..%3b/admin',
        '..%3b%0a/admin',
        '..%3bx%0dy/admin',
        '%2e%2e%00/admin',
        '..%09%2fadmin',
        '..%20/admin',
        '..%c0%afadmin',
        '%c0%ae%c0%ae/admin',
        '..%c1%9cadmin',
        '..%e0%80%afadmin',
        '%u002e%u002e/admin',
        `%${'25'.repeat(20)}2e%${'25'.repeat(20)}2e/admin`,
        `%${'25'.repeat(7)}41`,
        `%${'25'.repeat(20)}41`,
      ].map((path) => [`dots and separators that are encoded: ${path}`, path, 'leads upward by encoded dots or separators']),
      ['what is no URL', 'https://[', 'cannot be parsed'],
    ])('refuses %s', async (_what, input, message) => {
      await failed(inventory.fetch(input), 'forbidden_url', message);
      expect(service.received).toEqual([]);
    });

    it('nor to another place of its own origin by an absolute URL, unless the whole origin is allowed', async () => {
      await failed(inventory.fetch(`${service.origin}/admin`), 'forbidden_url', 'leads out of baseUrl');
      await failed(inventory.fetch(`${service.origin}/v10/x`), 'forbidden_url', 'leads out of baseUrl');
      await failed(inventory.fetch(`${service.origin}/v1/..%2fadmin`), 'forbidden_url', 'leads upward');
      await failed(inventory.fetch('http://localhost:1/v1/stock'), 'forbidden_url', 'is neither');
      expect(service.received).toEqual([]);
      await inventory.fetch(`${service.origin}/v1/stock`);
      const wide = await client({ baseUrl: `${service.origin}/v1`, allowedOrigins: [service.origin], auth: BEARER });
      await wide.fetch(`${service.origin}/admin`);
      await failed(wide.fetch('../admin'), 'forbidden_url', 'leads out of baseUrl');
      expect(service.received.map(({ url }) => url)).toEqual(['/v1/stock', '/admin']);
    });

    it('and to the other origins of the config', async () => {
      const other = await serve();
      const both = await client({ allowedOrigins: [service.origin, other.origin], auth: BEARER });
      await both.fetch(`${other.origin}/x`);
      await both.fetch(new URL(`${service.origin}/y`));
      expect([other.received[0]?.url, service.received[0]?.url]).toEqual(['/x', '/y']);
      await failed(both.fetch('/x'), 'forbidden_url', 'needs a baseUrl');
      await failed(both.fetch(`blob:${other.origin}/x`), 'forbidden_url', 'a blob: URL cannot be called');
      expect([other.received.length, service.received.length]).toEqual([1, 1]);
    });
  });
});
