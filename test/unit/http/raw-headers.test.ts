import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { headersOf } from '../../../lib/http/raw-headers.js';

const FIELDS = [
  ...['Host: a', 'Connection: close', 'X-A: 1', 'x-a: 2', 'X-A:', 'Authorization: one', 'authorization: two', 'From: one', 'from: two'],
  ...['User-Agent: one', 'user-agent: two', 'Referer: one', 'referer: two', 'Proxy-Authorization: one', 'proxy-authorization: two'],
  ...['Cookie: a=1', 'COOKIE: b=2', 'Set-Cookie: a', 'set-cookie: b', 'Origin: one', 'origin: two', 'Server: one', 'server: two'],
  ...['Age: 1', 'age: 2', 'ETag: one', 'etag: two', 'Expires: one', 'expires: two', 'If-Modified-Since: one', 'if-modified-since: two'],
  ...['If-Unmodified-Since: one', 'if-unmodified-since: two', 'Last-Modified: one', 'last-modified: two', 'Location: one', 'location: two'],
  ...['Max-Forwards: 1', 'max-forwards: 2', 'Retry-After: 1', 'retry-after: 2', 'Content-Type: a/b', 'content-type: c/d'],
  ...['constructor: one', 'Constructor: two', 'Forwarded: for=a', 'forwarded: for=b', 'Set-Cookie: c'],
];

it('header fields are joined, and kept once, as Node does it', async () => {
  const server = createServer();
  const asked = once(server, 'request') as Promise<[IncomingMessage]>;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write(`GET / HTTP/1.1\r\n${FIELDS.join('\r\n')}\r\n\r\n`);
  const [{ headers, rawHeaders }] = await asked;
  client.destroy();
  server.close();
  expect(Object.entries(headersOf(rawHeaders))).toEqual(Object.entries(headers));
  expect(headers).toMatchObject({ authorization: 'one', 'x-a': '1, 2, ', cookie: 'a=1; b=2', 'set-cookie': ['a', 'b', 'c'] });
});

it('a name of every object is a header field like others', () => {
  const headers = headersOf(['__proto__', 'a', 'toString', 'b']);
  expect(Object.entries(headers)).toEqual([
    ['__proto__', 'a'],
    ['tostring', 'b'],
  ]);
  expect(headers.constructor).toBeUndefined();
});
