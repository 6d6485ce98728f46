import { fork } from 'node:child_process';
import { end } from '../child-process.js';

/** How a forward proxy behaves. */
export interface ForwardProxyOptions {
  /** Which port of this machine is meant by `host:port`: names exist behind the proxy only. */
  readonly hosts: Readonly<Record<string, number>>;
  /** The `Proxy-Authorization` that it wants. */
  readonly authorization?: string;
  /** Has it speak TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** It takes requests and never answers. */
  readonly silent?: boolean;
}

/** A forward proxy in a process of its own. */
export interface RunningForwardProxy {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** The first lines of what it was asked: `CONNECT host:port`, `GET http://…`. */
  readonly asked: readonly string[];
  /** The header fields of each. */
  readonly headers: readonly Readonly<Record<string, string>>[];
  /** Every byte that clients sent to it, tunnels included. */
  seen(): string;
  /** How many connections it has. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

/** What the program tells. */
interface Told {
  readonly port?: number;
  readonly asked?: readonly string[];
  readonly headers?: readonly Record<string, string>[];
  readonly connections?: readonly number[];
  readonly seen?: string;
}

/** Starts a forward proxy on a free port of loopback. */
export async function startForwardProxy(options: ForwardProxyOptions): Promise<RunningForwardProxy> {
  const child = fork('test/support/forward-proxy/program.js', [JSON.stringify(options)], { execArgv: [] });
  const asked: string[] = [];
  const headers: Record<string, string>[] = [];
  let seen = '';
  const waiting: ((count: number) => void)[] = [];
  const ready = new Promise<number>((resolve, reject) => {
    child.on('message', ({ port, asked: line, headers: fields, connections, seen: bytes = '' }: Told) => {
      if (port !== undefined) resolve(port);
      asked.push(...(line ?? []));
      headers.push(...(fields ?? []));
      for (const count of connections ?? []) waiting.shift()?.(count);
      seen += bytes;
    });
    child.once('exit', (code) => reject(new Error(`The proxy ended (${code}).`)));
  });
  return {
    address: `127.0.0.1:${await ready}`,
    asked,
    headers,
    seen: () => seen,
    connections: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.send('connections');
      }),
    stop: () => end(child),
  };
}
