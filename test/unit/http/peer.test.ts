import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerOf, UNIX_SOCKET } from '../../../lib/http/peer.js';

describe('the peer of a connection', () => {
  it('is its address', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [{ socket }] = (await once(server, 'request')) as [IncomingMessage];
    expect(peerOf(socket)).toBe('127.0.0.1');
    client.destroy();
    await once(socket, 'close');
    // Whether Node still knows the address or not: a connection that is gone is no trusted proxy.
    expect(peerOf(socket)).not.toBe(UNIX_SOCKET);
    server.close();
  });

  it('is not a Unix socket where a TCP connection was reset before anybody asked for its address', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [{ socket }] = (await once(server, 'request')) as [IncomingMessage];
    const closed = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
    client.resetAndDestroy();
    await closed;
    expect(socket.remoteAddress).toBeUndefined();
    expect(peerOf(socket)).toBeUndefined();
    server.close();
  });

  it('is a Unix socket where the server listens on a path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'peer-'));
    const server = createServer().listen(join(folder, 'app.sock'));
    await once(server, 'listening');
    const client = connect(join(folder, 'app.sock'));
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [{ socket }] = (await once(server, 'request')) as [IncomingMessage];
    expect(peerOf(socket)).toBe(UNIX_SOCKET);
    client.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });

  it('is unknown where there is no connection, or one of a server that tells no address', () => {
    expect(peerOf(undefined)).toBeUndefined();
    for (const server of [undefined, {}, { address: () => null }]) expect(peerOf({ server } as never)).toBeUndefined();
  });
});
