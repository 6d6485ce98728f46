import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import WebSocket, { type ClientOptions } from 'ws';
import { type AdapterName, createApp } from './adapters.js';

/** The adapters that every promise about gateways holds on. */
export const SOCKET_ADAPTERS = ['ws', 'socket.io'] as const;
export type SocketAdapterName = (typeof SOCKET_ADAPTERS)[number];

/** How a client fares: what it is refused with, or what it says and hears. */
export interface TestClient {
  /** Sends a message, and returns the next event that comes: `[event, data]`. */
  ask(event: string, data?: unknown): Promise<[string, unknown]>;
  send(event: string, data?: unknown): void;
  /** The next event: `[event, data]`. */
  next(): Promise<[string, unknown]>;
  /** Why the connection ended: the close code of ws, the reason of socket.io. */
  readonly ended: Promise<number | string>;
  close(): void;
}

/** A handshake that was refused: the status and the challenge of ws, the code of socket.io. */
export class RefusedHandshake extends Error {
  constructor(
    readonly refusal: { readonly status?: number; readonly challenge?: string; readonly code?: string; readonly reason?: string },
  ) {
    super(JSON.stringify(refusal));
  }
}

export interface ConnectOptions {
  readonly path?: string;
  readonly namespace?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?: Record<string, unknown>;
  readonly protocols?: readonly string[];
  readonly ws?: ClientOptions;
  readonly io?: Partial<ManagerOptions & SocketOptions>;
}

/** An application with gateways on the port of HTTP. */
export async function startGateways(
  adapter: SocketAdapterName,
  module: object,
  options: NestApplicationOptions = {},
  http: AdapterName = 'express',
): Promise<{ app: INestApplication; url: string }> {
  const app = await createApp(http, module, options);
  app.useWebSocketAdapter(adapter === 'ws' ? new WsAdapter(app) : new IoAdapter(app));
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `${options.httpsOptions ? 'https' : 'http'}://localhost:${port}` };
}

/** Connects a client, or rejects with the {@link RefusedHandshake}. */
export function connect(adapter: SocketAdapterName, url: string, options: ConnectOptions = {}): Promise<TestClient> {
  return adapter === 'ws' ? connectNative(url, options) : connectSocketIo(url, options);
}

/** What a handshake is refused with. */
export async function refusalOf(adapter: SocketAdapterName, url: string, options: ConnectOptions = {}) {
  const outcome = await connect(adapter, url, options).catch((error: unknown) => error);
  if (outcome instanceof RefusedHandshake) return outcome.refusal;
  if (outcome instanceof Error) throw outcome;
  (outcome as TestClient).close();
  return 'admitted';
}

/** The code that stands for a status, on both adapters. */
export async function codeOf(adapter: SocketAdapterName, url: string, options: ConnectOptions = {}): Promise<string | number | undefined> {
  const refusal = await refusalOf(adapter, url, options);
  if (refusal === 'admitted') return refusal;
  return refusal.code;
}

async function connectNative(url: string, { path = '/', headers = {}, protocols = [], ws = {} }: ConnectOptions): Promise<TestClient> {
  const socket = new WebSocket(url.replace('http', 'ws') + path, [...protocols], { headers, ...ws });
  const heard = new Mailbox();
  socket.on('message', (data) => {
    const { event, data: content } = JSON.parse(String(data));
    heard.put([event, content]);
  });
  const ended = once(socket, 'close').then(([code]) => code as number);
  ended.catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response: IncomingMessage) => {
      void readRefusal(response).then((refusal) => reject(new RefusedHandshake(refusal)));
    });
  });
  const send = (event: string, data?: unknown) => socket.send(JSON.stringify({ event, data }));
  return {
    send,
    next: () => heard.take(),
    ask: (event, data) => {
      send(event, data);
      return heard.take();
    },
    ended,
    close: () => socket.terminate(),
  };
}

async function readRefusal(response: IncomingMessage) {
  const text = (await response.toArray()).join('');
  const challenge = response.headers['www-authenticate'];
  const { code, reason } = JSON.parse(text || '{}');
  return { status: response.statusCode ?? 0, code, ...(challenge !== undefined && { challenge }), ...(reason !== undefined && { reason }) };
}

async function connectSocketIo(
  url: string,
  { namespace = '', headers = {}, auth, protocols, io: more = {} }: ConnectOptions,
): Promise<TestClient> {
  const socket: Socket = io(url + namespace, {
    ...{ forceNew: true, reconnection: false, transports: protocols ? ['websocket'] : ['polling', 'websocket'] },
    extraHeaders: headers,
    ...(auth && { auth }),
    ...(protocols && { protocols: [...protocols] }),
    ...more,
  });
  const heard = new Mailbox();
  socket.onAny((event, data) => heard.put([event, data]));
  const ended = new Promise<string>((resolve) => void socket.once('disconnect', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error: Error & { data?: object }) => {
      socket.disconnect();
      reject(error.data === undefined ? error : new RefusedHandshake(error.data));
    });
  });
  return {
    send: (event, data) => void socket.emit(event, data),
    next: () => heard.take(),
    ask: (event, data) => {
      socket.emit(event, data);
      return heard.take();
    },
    ended,
    close: () => void socket.disconnect(),
  };
}

/** Events in their order, for one reader. */
class Mailbox {
  private readonly full: [string, unknown][] = [];
  private readonly waiting: ((event: [string, unknown]) => void)[] = [];

  put(event: [string, unknown]): void {
    const reader = this.waiting.shift();
    if (reader === undefined) this.full.push(event);
    else reader(event);
  }

  take(): Promise<[string, unknown]> {
    const event = this.full.shift();
    return event === undefined ? new Promise((resolve) => void this.waiting.push(resolve)) : Promise.resolve(event);
  }
}
