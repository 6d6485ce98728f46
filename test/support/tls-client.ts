import { Agent, get } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/** What one HTTPS exchange came to. */
export interface TlsExchange {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The session that the client may resume; undefined if the server gave none. */
  readonly session: Buffer | undefined;
  readonly reused: boolean;
  readonly protocol: string | null;
  readonly cipher: string;
}

/** Makes one exchange on a connection of its own, with every TLS option at hand; a handshake that fails rejects. */
export function exchangeOnce(
  url: string | URL,
  tls: ConnectionOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<TlsExchange> {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), servername: hostname, ...tls });
    let session: Buffer | undefined;
    let answer = '';
    let facts: Pick<TlsExchange, 'reused' | 'protocol' | 'cipher'> | undefined;
    socket.setEncoding('utf8');
    socket.on('session', (received: Buffer) => {
      session = received;
    });
    socket.on('secureConnect', () => {
      facts = factsOf(socket);
      const lines = Object.entries({ Host: 'localhost', Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`);
      socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    });
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (answer === '' || facts === undefined) reject(new Error('the connection was closed without an answer'));
      else resolve({ ...parseAnswer(answer), ...facts, session });
    });
  });
}

function factsOf(socket: TLSSocket): Pick<TlsExchange, 'reused' | 'protocol' | 'cipher'> {
  return { reused: socket.isSessionReused(), protocol: socket.getProtocol(), cipher: socket.getCipher().name };
}

function parseAnswer(answer: string): Pick<TlsExchange, 'status' | 'headers' | 'body'> {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [statusLine = '', ...fields] = head.split('\r\n');
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    const name = field.slice(0, colon).toLowerCase();
    const value = field.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}

/** Requests over one connection that is kept. */
export interface KeptConnection {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<{ status: number; body: string; reused: boolean }>;
  close(): void;
}

/** Opens a connection with the first request and makes every further one over it. */
export function keepConnection(base: string | URL, tls: ConnectionOptions): KeptConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...tls });
  return {
    get: (path, headers = {}) =>
      new Promise((resolve, reject) => {
        const request = get(new URL(path, base), { agent, headers }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body, reused: request.reusedSocket }));
        });
        request.on('error', reject);
      }),
    close: () => agent.destroy(),
  };
}
