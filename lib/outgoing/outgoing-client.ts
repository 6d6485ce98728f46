import { isPromise } from '../awaitable.js';
import { AuthUnavailableError } from '../errors.js';
import type { Warn } from '../operator/notes.js';
import { MODULE_LOG } from '../operator/operator-log.js';
import type { ClientConfig } from './client-config.js';
import { openCustomHeaders } from './custom-headers.js';
import { exchange, type Wire } from './exchange.js';
import { ExchangeError } from './exchange-error.js';
import { openConnections } from './outgoing-agent.js';
import { isRedirect } from './redirect.js';
import type { AnswerHead } from './response.js';

/** The largest body of an answer in bytes that is read, unless the request has another limit: 1 MiB. */
export const DEFAULT_MAX_BYTES = 1_048_576;

/** A request to an endpoint. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  /** Header fields by lower-case name; they win over `customHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * The largest body of the answer in bytes.
   * @defaultValue 1048576
   */
  readonly maxBytes?: number;
}

/** What an endpoint answered, with any status. */
export interface OutgoingAnswer extends AnswerHead {
  readonly body: Buffer;
}

/** Calls the endpoints of another server: HTTP/1.1 over connections that are kept alive, bounded in time and size. */
export interface OutgoingClient {
  /**
   * Makes one exchange. Redirects of a GET are followed within the same origin, at most three times; others count as failures.
   *
   * @throws AuthUnavailableError if no whole answer came. Its message has no query string, no header field and no body in it.
   */
  request(url: URL, init: OutgoingRequest): Promise<OutgoingAnswer>;
  /** Closes the connections; exchanges that are under way fail. */
  close(): Promise<void>;
}

/**
 * Makes a client for the endpoints of one config, with connections of its own.
 *
 * @param warn - writes one line for the operator; by default to the log.
 * @throws AuthConfigurationError with paths relative to the config, for files and proxies that cannot be used.
 */
export function createOutgoingClient(config: ClientConfig = {}, warn: Warn = toLog): OutgoingClient {
  const customHeaders = openCustomHeaders(config, warn);
  const wire: Wire = { ...openConnections(config), fail: unavailable };
  return {
    request(url, init) {
      const custom = customHeaders();
      return isPromise(custom)
        ? Promise.resolve(custom).then((fields) => request(wire, url, init, fields))
        : request(wire, url, init, custom);
    },
    close: () => wire.close(),
  };
}

function toLog(message: string): void {
  MODULE_LOG.warn(message);
}

async function request(
  wire: Wire,
  url: URL,
  { method, headers: own, body, maxBytes = DEFAULT_MAX_BYTES }: OutgoingRequest,
  customHeaders: Readonly<Record<string, string>>,
): Promise<OutgoingAnswer> {
  const redirect = method === 'GET' ? 'follow' : 'error';
  const headers = { ...customHeaders, ...own };
  const answer = await exchange(wire, { url, method, headers, body: body ?? null, redirect, maxBytes });
  if (isRedirect(answer.status)) {
    const { reason, message } = new ExchangeError('redirect', { method, url }, `was redirected (${answer.status}) without a location`);
    throw unavailable(reason, message);
  }
  return { status: answer.status, headers: answer.headers, body: answer.body ?? Buffer.alloc(0) };
}

function unavailable(reason: ExchangeError['reason'], message: string): AuthUnavailableError {
  return new AuthUnavailableError(message, reason === 'unreachable' ? { cause: new Error(message) } : {});
}
