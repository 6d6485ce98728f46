import { once } from 'node:events';
import { type Client, credentials, type GrpcObject, loadPackageDefinition, Metadata, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/** How a caller fares: the answer, or the code of the refusal. */
export type Outcome = string;

/** One transport, as its callers see it. */
export interface Caller {
  readonly name: string;
  /** Calls an operation with a token. */
  call(operation: Operation, token?: string): Promise<Outcome>;
}

/** What the handlers of each transport do: `open` is open, `drop` needs a scope. */
export type Operation = 'me' | 'shout' | 'open' | 'drop';

/** The fields for a token. */
export function fieldsOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

const BY_STATUS: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 503: 'UNAVAILABLE' };
const BY_GRPC: Readonly<Record<number, string>> = { 7: 'FORBIDDEN', 14: 'UNAVAILABLE', 16: 'UNAUTHENTICATED' };

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

/** The answer to an operation. */
export interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
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

interface GrpcNote {
  readonly text: string;
}

const METHODS: Readonly<Record<Operation, string>> = { me: 'Me', shout: 'Shout', open: 'Open', drop: 'Drop' };

/** Calls of gRPC. */
export class GrpcCaller implements Caller {
  readonly name = 'gRPC';
  private readonly client: Client;

  constructor(url: string, proto: string) {
    const { Notes } = loadPackageDefinition(loadSync(proto)).notes as GrpcObject;
    this.client = new (Notes as ServiceClientConstructor)(url, credentials.createInsecure());
  }

  async call(operation: Operation, token?: string): Promise<Outcome> {
    return String((await this.ask(METHODS[operation], token)).at(-1));
  }

  /** Calls a method with one message: the texts, and the code of the error by which it ended. @param whenOpen - called with the first text */
  ask(method: string, token?: string, whenOpen: () => unknown = () => undefined): Promise<Outcome[]> {
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
      if (responseStream)
        call
          .on('data', ({ text }: GrpcNote) => outcome.push(text))
          .once('data', whenOpen)
          .on('error', fail);
      if (!requestStream) return;
      call.write?.({ text: 'hello' });
      if (!responseStream) call.end?.();
    });
  }

  close(): void {
    this.client.close();
  }
}
