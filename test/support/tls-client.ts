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
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
