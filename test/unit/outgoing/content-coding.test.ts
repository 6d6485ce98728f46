import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { OutgoingRequest } from '../../../lib/outgoing/outgoing-client.js';
import { failureOf, workshop } from './setup.js';

const GET: OutgoingRequest = { method: 'GET' };
const TEXT = JSON.stringify({ keys: 'x'.repeat(5000) });

describe('an outgoing client unpacks', () => {
  const { clientOf, serve, close } = workshop();
  afterEach(close);

  const answering = async (coding: string, body: Buffer) =>
    (await serve((_request, response) => response.writeHead(200, { 'content-encoding': coding, 'content-length': body.length }).end(body)))
      .url;

  it.each([
    ['gzip', gzipSync(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['identity', Buffer.from(TEXT)],
    [' gzip \t', gzipSync(TEXT)],
  ])('%s, %#', async (coding, body) => {
    const answer = await clientOf().request(await answering(coding, body), GET);
    expect(answer.body.toString()).toBe(TEXT);
    if (coding !== 'identity') expect(answer.headers).not.toHaveProperty('content-encoding');
  });

  it('nothing of an empty answer', async () => {
    expect((await clientOf().request(await answering('gzip', Buffer.alloc(0)), GET)).body).toHaveLength(0);
  });

  it.each([
    ['gzip', gzipSync('x'.repeat(1e7))],
    ['deflate', deflateSync('x'.repeat(1e7))],
    ['br', brotliCompressSync('x'.repeat(1e7))],
    // Members that are empty: their size is on the wire only.
    ['gzip', Buffer.concat(Array<Buffer>(60_000).fill(gzipSync('')))],
  ])('no bomb: %s, %#', async (coding, body) => {
    const url = await answering(coding, body);
    const before = process.memoryUsage().arrayBuffers;
    expect((await failureOf(clientOf().request(url, GET))).message).toMatch(/: answered with more than 1048576 bytes$/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2e7);
  });

  it('nothing, and gives the header fields as they are, where an answer is plain or has no body', async () => {
    const { url } = await serve(({ url: path }, response) => {
      if (path === '/plain') response.writeHead(200, { 'content-length': '4' }).end('body');
      else response.writeHead(204, { 'content-encoding': 'gzip' }).end();
    });
    expect((await clientOf().request(new URL('/plain', url), GET)).headers).toMatchObject({ 'content-length': '4' });
    expect(await clientOf().request(url, GET)).toMatchObject({ headers: { 'content-encoding': 'gzip' }, body: { length: 0 } });
  });

  it('an answer that becomes as large as it may be', async () => {
    const url = await answering('gzip', gzipSync(TEXT));
    expect((await clientOf().request(url, { ...GET, maxBytes: TEXT.length })).body.toString()).toBe(TEXT);
    const { message } = await failureOf(clientOf().request(url, { ...GET, maxBytes: TEXT.length - 1 }));
    expect(message).toContain(`more than ${TEXT.length - 1} bytes`);
  });

  it.each([
    ['gzip', Buffer.from('not packed')],
    ['gzip', gzipSync(TEXT).subarray(0, 20)],
    ['deflate', Buffer.from([0xff, 1, 2])],
    ['br', Buffer.from('not packed, and longer than a header')],
  ])('no damaged %s, %#', async (coding, body) => {
    const { message } = await failureOf(clientOf().request(await answering(coding, body), GET));
    expect(message).toMatch(/cannot be unpacked \((?:Z_|ERR_)\w+\)$/);
    expect(message).not.toContain('not packed');
  });

  it.each(['zstd', 'gzip, gzip', 'gzip, br', 'compress', 'toString', '__proto__'])('no %s, which it did not ask for', async (coding) => {
    const { message } = await failureOf(clientOf().request(await answering(coding, gzipSync(gzipSync(TEXT))), GET));
    expect(message).toContain('content encoding that was not asked for');
  });

  it('only within the time of the exchange', async () => {
    let slow: ServerResponse | undefined;
    const { url } = await serve((_request, response) => {
      slow = response.writeHead(200, { 'content-encoding': 'gzip' });
      slow.write(gzipSync(TEXT).subarray(0, 20));
    });
    expect((await failureOf(clientOf({ timeout: 0.2 }).request(url, GET))).message).toContain('no whole answer within 0.2 s');
    slow?.destroy();
  });
});
