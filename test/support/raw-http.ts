import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends octets as they are, for what an HTTP client would tidy up, and returns the head of the answer. */
export async function rawRequest(url: string, lines: readonly string[]): Promise<{ readonly status: number; readonly head: string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(`${[...lines, `Host: ${hostname}`, 'Connection: close'].join('\r\n')}\r\n\r\n`, 'latin1');
  await once(socket, 'close');
  const head = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n')[0] ?? '';
  return { status: Number(head.split(' ')[1]), head };
}
