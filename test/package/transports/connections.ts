import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { fieldsOf, type GraphqlAnswer, type GrpcCaller } from './callers.js';
import type { Running, SocketName } from './running.js';

/** Something that stays open until the credentials of its caller end. */
export interface Lasting {
  readonly name: string;
  /** The server that it is open to. */
  readonly running: Running;
  /** Opens it with a token, and settles with all that came when it has ended. @param whenOpen - called when it is open */
  end(token: string | undefined, whenOpen?: () => unknown): Promise<readonly unknown[]>;
}

const toSockets = (url: string) => url.replace('http', 'ws');

/** A connection to a gateway. */
export function connectionTo(running: Running, kind: SocketName): Lasting {
  return { name: `connection of ${kind}`, running, end: (token, whenOpen) => endOfConnection(running.url, kind, token, whenOpen) };
}

/** How a connection to a gateway ends: the code that closed it, or that of the exception before. */
export function endOfConnection(url: string, kind: SocketName, token?: string, whenOpen?: () => unknown): Promise<readonly unknown[]> {
  return (kind === 'ws' ? endOfWs : endOfSocketIo)(url, token, whenOpen);
}

async function endOfWs(url: string, token: string | undefined, whenOpen?: () => unknown): Promise<readonly unknown[]> {
  const socket = new WebSocket(toSockets(url), { headers: fieldsOf(token) });
  if (whenOpen !== undefined) socket.once('open', whenOpen);
  const [code] = await once(socket, 'close');
  return [code];
}

async function endOfSocketIo(url: string, token: string | undefined, whenOpen?: () => unknown): Promise<readonly unknown[]> {
  const socket = io(url, { forceNew: true, reconnection: false, extraHeaders: fieldsOf(token) });
  const outcome: unknown[] = [];
  socket.once('exception', ({ code }: { code: string }) => outcome.push(code));
  if (whenOpen !== undefined) socket.once('connect', whenOpen);
  await new Promise((resolve) => socket.once('disconnect', resolve));
  return outcome;
}

/** A subscription: the values, the codes of errors, and the code that closed the connection. */
export function subscriptionTo(running: Running, name: string): Lasting {
  return { name: `subscription of ${name}`, running, end: (token, whenOpen) => endOfSubscription(running.url, token, whenOpen) };
}

async function endOfSubscription(url: string, token: string | undefined, whenOpen?: () => unknown): Promise<readonly unknown[]> {
  const outcome: unknown[] = [];
  const keep = (answers: readonly GraphqlAnswer[]) => {
    for (const { data, errors = [] } of answers) outcome.push(data?.placed ?? errors[0]?.extensions?.code);
    if (outcome.length === 1) whenOpen?.();
  };
  let closed: (event: unknown) => void = () => undefined;
  const end = new Promise((resolve) => (closed = resolve));
  const client = createClient({
    ...{ url: `${toSockets(url)}/graphql`, webSocketImpl: WebSocket, connectionParams: fieldsOf(token) },
    ...{ retryAttempts: 0, lazy: false, onNonLazyError: () => undefined, on: { closed: (event) => closed(event) } },
  });
  await new Promise<void>((resolve) => {
    const next = (answer: unknown) => keep([answer as GraphqlAnswer]);
    const error = (errors: unknown) => {
      if (Array.isArray(errors)) keep([{ errors }]);
      resolve();
    };
    client.subscribe({ query: 'subscription { placed }' }, { next, error, complete: resolve });
  });
  const code = token === undefined ? undefined : (Object(await end) as { code?: unknown }).code;
  await client.dispose();
  return code === undefined ? outcome : [...outcome, code];
}

/** A stream of gRPC: the texts, and the code of the error by which it ended. */
export function streamOf(running: Running, grpc: GrpcCaller, method: 'Answers' | 'Call'): Lasting {
  return { name: `stream ${method}`, running, end: (token, whenOpen) => grpc.ask(method, token, whenOpen) };
}

/** A client of a gateway that sends events one after the other, each when the one before was answered: the answers. */
export async function converse(url: string, kind: SocketName, events: readonly (readonly [string, unknown?])[]): Promise<unknown[]> {
  return kind === 'ws' ? converseByWs(url, events) : converseBySocketIo(url, events);
}

async function converseByWs(url: string, events: readonly (readonly [string, unknown?])[]): Promise<unknown[]> {
  const socket = new WebSocket(toSockets(url));
  await once(socket, 'open');
  const answers: unknown[] = [];
  for (const [event, data] of events) {
    socket.send(JSON.stringify({ event, data }));
    const [text] = await once(socket, 'message');
    const answer = JSON.parse(String(text));
    answers.push(answer.data);
  }
  socket.terminate();
  return answers;
}

async function converseBySocketIo(url: string, events: readonly (readonly [string, unknown?])[]): Promise<unknown[]> {
  const socket = io(url, { forceNew: true, reconnection: false });
  const answers: unknown[] = [];
  for (const [event, data] of events) {
    const answered = new Promise((resolve) => socket.onAny((_, answer) => resolve(answer)));
    socket.emit(event, data);
    answers.push(await answered);
    socket.offAny();
  }
  socket.disconnect();
  return answers;
}

/** The code that a subscription by the older protocol is refused with. @see https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md */
export async function askByOlderProtocol(url: string, token: string): Promise<unknown> {
  const socket = new WebSocket(`${toSockets(url)}/graphql`, 'graphql-ws', { headers: fieldsOf(token) });
  await once(socket, 'open');
  const answered = new Promise<GraphqlAnswer>((resolve) => {
    socket.on('message', (text) => {
      const { id, payload } = JSON.parse(String(text));
      if (id !== undefined) resolve(payload);
    });
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload: fieldsOf(token) }));
  socket.send(JSON.stringify({ id: '1', type: 'start', payload: { query: 'subscription { placed }' } }));
  const { errors } = await answered;
  socket.terminate();
  return errors?.[0]?.extensions?.code ?? 'admitted';
}
