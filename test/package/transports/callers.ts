import { once } from 'node:events';
import { type Client, credentials, type GrpcObject, loadPackageDefinition, Metadata, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { createClient } from 'graphql-ws';
import { firstValueFrom } from 'rxjs';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/** How a caller fares: the answer, or the code of the refusal. */
export type Outcome = string;

/** One transport, as its callers see it. */
export interface Caller {
  readonly name: string;
  /** Calls an operation with a token. */
  call(operation: 'me' | 'drop', token?: string): Promise<Outcome>;
}

function fieldsOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

const BY_STATUS: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN' };
const BY_GRPC: Readonly<Record<number, string>> = { 7: 'FORBIDDEN', 16: 'UNAUTHENTICATED' };

/** Routes. */
export function overHttp(url: string): Caller {
  return {
    name: 'HTTP',
    async call(operation, token) {
      const response = await fetch(`${url}/orders/${operation}`, { headers: fieldsOf(token) });
      return response.ok ? ((await response.json()) as { text: string }).text : String(BY_STATUS[response.status]);
    },
  };
}

/** Queries. */
export function overGraphql(url: string): Caller {
  return {
    name: 'GraphQL',
    async call(operation, token) {
      const headers = { 'content-type': 'application/json', ...fieldsOf(token) };
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: `{ ${operation} }` }) });
      const { data, errors } = (await response.json()) as GraphqlAnswer;
      return String(errors?.[0]?.extensions?.code ?? data?.[operation]);
    },
  };
}

interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
}

/** A subscription until it ends: the values, the codes of errors, and the code that closed the connection. */
export async function subscribe(url: string, token?: string): Promise<unknown[]> {
  const outcome: unknown[] = [];
  const keep = (answers: readonly GraphqlAnswer[]) => {
    for (const { data, errors = [] } of answers) outcome.push(data?.placed ?? errors[0]?.extensions?.code);
  };
  let closed: (event: unknown) => void = () => undefined;
  const end = new Promise((resolve) => (closed = resolve));
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: fieldsOf(token),
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    on: { closed: (event) => closed(event) },
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

/** A gateway of ws: every call is a connection of its own. */
export function overWs(url: string): Caller {
  return {
    name: 'WebSocket (ws)',
    async call(operation, token) {
      const socket = new WebSocket(url.replace('http', 'ws'), { headers: fieldsOf(token) });
      const opened = await Promise.race([
        once(socket, 'open').then(() => undefined),
        once(socket, 'unexpected-response').then(([, response]) => response),
      ]);
      if (opened !== undefined) {
        opened.resume();
        return String(BY_STATUS[opened.statusCode]);
      }
      socket.send(JSON.stringify({ event: operation }));
      const [answer] = await once(socket, 'message');
      socket.terminate();
      const { event, data } = JSON.parse(String(answer));
      return event === 'exception' ? data.code : data;
    },
  };
}

/** The close code of a connection to a gateway of ws. */
export async function closeCodeOf(url: string, token: string): Promise<unknown> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers: fieldsOf(token) });
  const [code] = await once(socket, 'close');
  return code;
}

/** A gateway of socket.io: every call is a connection of its own. */
export function overSocketIo(url: string): Caller {
  return {
    name: 'WebSocket (socket.io)',
    async call(operation, token) {
      const socket = io(url, { forceNew: true, reconnection: false, extraHeaders: fieldsOf(token) });
      try {
        return await new Promise<Outcome>((resolve) => {
          socket.once('connect_error', (error: Error & { data?: { code?: string } }) => resolve(String(error.data?.code)));
          socket.once('exception', ({ code }: { code: string }) => resolve(code));
          socket.once(operation, (answer: string) => resolve(answer));
          socket.once('connect', () => void socket.emit(operation));
        });
      } finally {
        socket.disconnect();
      }
    },
  };
}

/** Messages over NATS: every call is a connection of its own. */
export function overNats(url: string): Caller {
  return {
    name: 'NATS',
    async call(operation, token) {
      const client = ClientProxyFactory.create({ transport: Transport.NATS, options: { servers: [url], headers: fieldsOf(token) } });
      const answer = await firstValueFrom(client.send(operation, '')).catch(({ code }) => code);
      await client.close();
      return answer;
    },
  };
}

interface GrpcNote {
  readonly text: string;
}

/** Calls of gRPC. */
export class GrpcCaller implements Caller {
  readonly name = 'gRPC';
  private readonly client: Client;

  constructor(url: string, proto: string) {
    const { Notes } = loadPackageDefinition(loadSync(proto)).notes as GrpcObject;
    this.client = new (Notes as ServiceClientConstructor)(url, credentials.createInsecure());
  }

  async call(operation: 'me' | 'drop', token?: string): Promise<Outcome> {
    return String((await this.ask(operation === 'me' ? 'Me' : 'Drop', token)).at(-1));
  }

  /** Calls a method with one message: the texts, and the code of the error by which it ended. */
  ask(method: 'Me' | 'Drop' | 'Answers' | 'Call' | 'Upload', token?: string): Promise<Outcome[]> {
    const { requestStream, responseStream } = (this.client.constructor as ServiceClientConstructor).service[method] ?? {};
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(fieldsOf(token))) metadata.set(name, value);
    return new Promise((resolve) => {
      const outcome: Outcome[] = [];
      const fail = ({ code }: { code: number }) => resolve([...outcome, BY_GRPC[code] ?? String(code)]);
      const done = (error: { code: number } | null, note?: GrpcNote) => (error === null ? resolve([String(note?.text)]) : fail(error));
      const send = Reflect.get(this.client, method) as (
        ...parameters: unknown[]
      ) => NodeJS.EventEmitter & { write?(note: GrpcNote): void; end?(): void };
      const call = send.call(this.client, ...(requestStream ? [] : [{ text: 'hello' }]), metadata, ...(responseStream ? [] : [done]));
      if (responseStream) call.on('data', ({ text }: GrpcNote) => outcome.push(text)).on('error', fail);
      if (!requestStream) return;
      call.write?.({ text: 'hello' });
      if (!responseStream) call.end?.();
    });
  }

  close(): void {
    this.client.close();
  }
}
