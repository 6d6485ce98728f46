import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthClient } from '../../../lib/client/auth-client.js';
import { createAuthClients } from '../../../lib/client/create-auth-clients.js';
import { FetchFailedError } from '../../../lib/client/fetch-failed.error.js';
import type { ClientConfig } from '../../../lib/outgoing/client-config.js';
import {
  createOutgoingClient,
  type OutgoingAnswer,
  type OutgoingClient,
  type OutgoingRequest,
} from '../../../lib/outgoing/outgoing-client.js';
import { FakeClock } from '../../support/fake-clock.js';
import { startServer, type TestServer } from '../../support/https-server.js';

export type Asked = OutgoingRequest & { readonly url: URL; readonly form: Record<string, string>; readonly params: URLSearchParams };

/** A token endpoint of a test: what it is asked, and what it answers. */
export class FakeTokenEndpoint {
  readonly asked: Asked[] = [];
  readonly clients: ClientConfig[] = [];
  closed = 0;
  given = 0;
  answer: (asked: Asked) => OutgoingAnswer | Promise<OutgoingAnswer> = () =>
    json({ access_token: `token-${++this.given}`, token_type: 'Bearer', expires_in: 600 });

  readonly createClient = (config: ClientConfig = {}): OutgoingClient => {
    this.clients.push(config);
    return {
      request: async (url, init) => {
        const params = new URLSearchParams(init.body);
        const asked = { ...init, url, params, form: Object.fromEntries(params) };
        this.asked.push(asked);
        return this.answer(asked);
      },
      close: async () => {
        this.closed++;
      },
    };
  };
}

/** JSON with a status. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): OutgoingAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(JSON.stringify(body)) };
}

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A service of a test on loopback, which keeps what it received. */
export class FakeService {
  readonly received: Received[] = [];
  server!: TestServer;
  answer: (request: Received, response: ServerResponse) => void = (_request, response) => response.end('{}');

  async start(tls?: object): Promise<this> {
    this.server = await startServer((request, response) => void this.receive(request, response), tls);
    return this;
  }

  /** The origin, without a slash at its end. */
  get origin(): string {
    return this.server.url.origin;
  }

  /** The values of the `Authorization` field that came. */
  get authorizations(): (string | undefined)[] {
    return this.received.map(({ headers }) => headers.authorization);
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    try {
      for await (const chunk of request) body += chunk;
    } catch {
      return;
    }
    const received = { method: request.method, url: request.url, headers: request.headers, body };
    this.received.push(received);
    this.answer(received, response);
  }
}

/** Makes clients, and closes them at the end of each test. */
export function workshop() {
  const clock = new FakeClock(Date.now());
  const warnings: string[] = [];
  const cleanups: (() => Promise<void>)[] = [];
  const endpoint = new FakeTokenEndpoint();
  return {
    clock,
    warnings,
    endpoint,
    serve: async (tls?: object): Promise<FakeService> => {
      const service = await new FakeService().start(tls);
      cleanups.push(() => service.server.close());
      return service;
    },
    client: async (config: unknown, createClient: typeof createOutgoingClient = endpoint.createClient): Promise<AuthClient> => {
      const warn = (message: string) => warnings.push(message);
      const clients = await createAuthClients({ inventory: config }, { createClient, clock, warn });
      cleanups.push(() => clients.onApplicationShutdown());
      return clients.get('inventory');
    },
    close: async () => {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    },
  };
}

/** The connections of the library itself, for endpoints that really are there. */
export const realConnections = createOutgoingClient;

/** The reason of a rejection. */
export async function failureOf(work: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error(`It did not fail: ${String(error)}`);
  return error as Error & Record<string, unknown>;
}

/** A client's own token. */
export const BEARER = { bearerTokenConfig: { token: 'hunter2' } };

/** Waits until a `fetch` of the client `inventory` fails, for a reason of its own, and without a word of its token. */
export async function failed(work: Promise<unknown>, reason: string, message: RegExp | string): Promise<void> {
  const error = await failureOf(work);
  expect(error).toBeInstanceOf(FetchFailedError);
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toMatchObject({ code: 'ERR_AUTH_FETCH_FAILED', client: 'inventory', reason, message: expect.stringMatching(message) });
  expect(`${error.stack} ${error.cause}`).not.toContain('hunter2');
}
