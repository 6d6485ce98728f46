import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Client, createClient } from 'graphql-ws';
import type { PolicyEntry, Revocation } from 'nest-service-auth';
import type { TestCaller } from 'nest-service-auth/testing';
import { type ClientOptions, WebSocket } from 'ws';
import { end } from '../child-process.js';
import { forkedProgram } from '../forked-program.js';

/** How an application with GraphQL is made. */
export interface GraphqlTrial {
  readonly driver: 'Apollo' | 'Mercurius';
  readonly secret: string;
  readonly usersFile: string;
  readonly schema?: 'code first' | 'schema first';
  readonly isFederated?: boolean;
  readonly context?: 'left' | 'a function' | 'an object' | 'one object for all' | 'frozen' | 'a forged request' | 'nothing';
  /** How often Mercurius interprets a query before it compiles it. */
  readonly jit?: number;
  /** Whether an enricher counts how often it is asked. */
  readonly isEnriched?: boolean;
  /** How the scheme of signed tokens accepts those that are bound to a key. */
  readonly dpop?: 'accepted' | { readonly mode: 'accepted'; readonly maxAge: number };
  /** The files of a TLS server that asks for client certificates. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly ca: string };
  /** Whether its authentication is overridden: it knows the callers of `as()` alone. */
  readonly isOverridden?: boolean;
  /** More options of `AuthModule`. */
  readonly options?: object;
}

/** The answer to one operation. */
export interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** The codes of the errors of an answer, in their order. */
export function codesOf({ errors = [] }: GraphqlAnswer): unknown[] {
  return errors.map(({ extensions }) => extensions?.code);
}

type Headers = Readonly<Record<string, string>>;

/** What the process is asked: to revoke tokens of an application, for the fields of a caller of `as()`, or else for its lines. */
export interface GraphqlMessage {
  readonly app: number;
  readonly revocation?: Revocation;
  readonly caller?: TestCaller;
}

/** What it tells of each application when it has started. */
interface Started {
  readonly port: number;
  readonly policy: readonly PolicyEntry[];
  readonly lines: readonly string[];
}

const program = forkedProgram<readonly GraphqlTrial[], readonly Started[]>('test/support/graphql/main.ts');

/** Removes the program. */
export const removeGraphqlProgram = program.remove;

/** Starts applications in one process: more than one where their schemas are written first. */
export async function startGraphqls(trials: readonly GraphqlTrial[]): Promise<GraphqlServer[]> {
  const { child, told } = await program.start(trials);
  return told.map((started, index) => new GraphqlServer(child, index, started));
}

/** Starts an application in a process of its own. */
export async function startGraphql(trial: GraphqlTrial): Promise<GraphqlServer> {
  const [server] = await startGraphqls([trial]);
  if (server === undefined) throw new Error('The application was not started.');
  return server;
}

/** An application with GraphQL, and clients of it. */
export class GraphqlServer {
  readonly policy: readonly PolicyEntry[];
  /** What the boot logged. */
  readonly bootLines: readonly string[];
  readonly port: number;

  constructor(
    private readonly child: ChildProcess,
    private readonly app: number,
    { port, policy, lines }: Started,
  ) {
    this.port = port;
    this.policy = policy;
    this.bootLines = lines;
  }

  /** Sends a query, or several at once. */
  async ask<T = GraphqlAnswer>(query: string | readonly string[], headers: Headers = {}, variables?: object): Promise<T> {
    const body = typeof query === 'string' ? { query, variables } : query.map((each) => ({ query: each }));
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    return (await fetch(`http://127.0.0.1:${this.port}/graphql`, init)).json() as T;
  }

  /** Sends a query as GET. */
  async get(query: string, headers: Headers = {}): Promise<GraphqlAnswer> {
    return (await fetch(`http://127.0.0.1:${this.port}/graphql?query=${encodeURIComponent(query)}`, { headers })).json() as GraphqlAnswer;
  }

  /** What the authenticators, the enricher and the sink saw since the last time. */
  async seen(): Promise<{
    readonly asked: number;
    readonly enriched: number;
    readonly events: readonly Readonly<Record<string, unknown>>[];
  }> {
    return (await fetch(`http://127.0.0.1:${this.port}/seen`)).json() as never;
  }

  /** What was logged since the last time. */
  async lines(): Promise<readonly string[]> {
    this.tell({ app: this.app });
    const [lines] = await once(this.child, 'message');
    return lines as string[];
  }

  /** Revokes tokens. */
  async revoke(revocation: Revocation): Promise<void> {
    this.tell({ app: this.app, revocation });
    await once(this.child, 'message');
  }

  /** The fields of a caller that `as()` makes. */
  async as(caller: TestCaller): Promise<Headers> {
    this.tell({ app: this.app, caller });
    const [fields] = await once(this.child, 'message');
    return fields as Headers;
  }

  /** A client of graphql-ws. @param tls - the options of a client over TLS */
  connect(connectionParams: Readonly<Record<string, unknown>> = {}, headers: Headers = {}, tls?: ClientOptions): GraphqlSocket {
    const url = `${tls === undefined ? 'ws' : 'wss'}://localhost:${this.port}/graphql`;
    return new GraphqlSocket(url, connectionParams, { headers, ...tls });
  }

  /** Stops the process. */
  async stop(): Promise<void> {
    await end(this.child);
  }

  private tell(message: GraphqlMessage): void {
    this.child.send(message);
  }
}

/** A connection of a client. */
export class GraphqlSocket {
  /** The code with which the server closed the connection. */
  readonly closed: Promise<number>;
  private readonly client: Client;

  constructor(url: string, connectionParams: Readonly<Record<string, unknown>>, options: ClientOptions) {
    class Socket extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, options);
      }
    }
    let tell: (code: number) => void = () => undefined;
    this.closed = new Promise((resolve) => {
      tell = resolve;
    });
    const closed = (event: unknown) => tell(Number(Object(event).code));
    this.client = createClient({
      url,
      webSocketImpl: Socket,
      connectionParams,
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => undefined,
      on: { closed },
    });
  }

  /** Starts an operation, and collects what comes until it ends. */
  start(query: string): { readonly results: GraphqlAnswer[]; readonly over: Promise<unknown>; stop(): void } {
    const results: GraphqlAnswer[] = [];
    let stop = () => {};
    const over = new Promise<unknown>((resolve) => {
      stop = this.client.subscribe(
        { query },
        { next: (result) => void results.push(result as GraphqlAnswer), error: resolve, complete: () => resolve(undefined) },
      );
    });
    return { results, over, stop: () => stop() };
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}
