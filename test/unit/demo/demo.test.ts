import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { differences } from '../../../demo/compare.js';
import { curl } from '../../../demo/curl.js';
import type { Step } from '../../../demo/demo.js';
import { refuseTakenPorts } from '../../../demo/ports.js';

describe('the demo compares an answer', () => {
  const expected = { status: 201, headers: { 'content-type': 'application/json', Location: '/1' }, body: { a: 1, b: [2] } };
  const answer = { status: 201, headers: { 'content-type': 'application/json; charset=utf-8', location: '/1' }, body: '{"b":[2],"a":1}' };

  it('and is content with the same one', () => {
    expect(differences(answer, expected)).toEqual([]);
    expect(differences({ ...answer, body: '' }, { ...expected, body: '' })).toEqual([]);
  });

  it.each([
    ['another status', { status: 200 }, 'status 200 instead of 201'],
    ['a missing field', { headers: { 'content-type': 'application/json' } }, 'Location: (missing) instead of /1'],
    [
      'another content type',
      { headers: { ...answer.headers, 'content-type': 'text/html' } },
      'content-type: text/html instead of application/json',
    ],
    ['another body', { body: '{"a":1,"b":[2],"c":3}' }, 'body {"a":1,"b":[2],"c":3} instead of {"a":1,"b":[2]}'],
    ['a body that is not JSON', { body: 'a' }, 'body a instead of {"a":1,"b":[2]}'],
    ['no body', { body: '' }, 'body (empty) instead of {"a":1,"b":[2]}'],
  ])('and sees %s', (_, change, difference) => {
    expect(differences({ ...answer, ...change }, expected)).toEqual([difference]);
  });

  it('and sees a body where there should be none', () => {
    expect(differences(answer, { ...expected, body: '' })).toHaveLength(1);
  });
});

it('the demo shows a command line that a shell reads as it is meant', () => {
  const step: Step = {
    title: 'Create',
    method: 'POST',
    url: 'https://localhost:1/order',
    headers: { Authorization: 'Bearer $ADMIN' },
    json: { name: "it's" },
    expect: { status: 201, body: '' },
  };
  expect(curl(step, 'a b/ca.crt')).toBe(
    `curl -i --cacert 'a b/ca.crt' -X POST https://localhost:1/order -H "Authorization: Bearer $ADMIN" -d '{"name":"it'\\''s"}'`,
  );
});

describe('the demo', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  it('does not start where a port is taken, and says which', async () => {
    const { port } = server.address() as AddressInfo;
    const service = { name: 'orders', main: new URL('file:///none'), port, probe: '' };
    await expect(refuseTakenPorts([service])).rejects.toThrow(`Port ${port}, which orders needs, is already in use.`);
  });
});
