import type { Agent, Dispatcher } from 'undici';
import { AuthUnavailableError } from '../errors.js';
import type { ClientConfig } from './client-config.js';
import { describeFailure } from './network-failure.js';
import { createOutgoingAgent, DEFAULT_TIMEOUT } from './outgoing-agent.js';

/** The most octets of an answer's body that are read, unless the request says otherwise: 1 MiB. */
export const DEFAULT_MAX_BYTES = 1_048_576;

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What to ask of an endpoint. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  /** Header fields; they win over `customHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * The most octets that the answer's body may have.
   * @defaultValue 1048576
   */
  readonly maxBytes?: number;
}

/** What an endpoint answered, whatever its status. */
export interface OutgoingAnswer {
  readonly status: number;
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Asks the endpoints of somebody else: HTTP/1.1 over connections that are kept alive, bounded in time and size. */
export interface OutgoingClient {
  /**
   * Makes one exchange. Redirects of a GET are followed within the same origin, at most three times; others count as failures.
   *
   * @throws AuthUnavailableError if no whole answer came. Its message has no query string, no header and no body in it.
   */
  request(url: URL, init: OutgoingRequest): Promise<OutgoingAnswer>;
  /** Lets go of the connections; exchanges that are under way fail. */
  close(): Promise<void>;
}

/**
 * Makes a client for the endpoints of one config, with connections of its own. Proxy settings of the environment are not looked at.
 *
 * @throws AuthConfigurationError with paths relative to the config, for TLS files that cannot be used.
 */
export function createOutgoingClient(config: ClientConfig = {}): OutgoingClient {
  const timeout = (config.timeout ?? DEFAULT_TIMEOUT) * 1000;
  const agent = createOutgoingAgent(config);
  return {
    request: (url, init) => exchange(agent, url, { ...init, headers: withCustomHeaders(init.headers, config.customHeaders) }, timeout),
    close: () => agent.destroy(),
  };
}

async function exchange(agent: Agent, url: URL, init: OutgoingRequest, timeout: number): Promise<OutgoingAnswer> {
  const deadline = new AbortController();
  const late = new AuthUnavailableError(`${describe(init, url)}: no whole answer within ${timeout / 1000} s`);
  const timer = setTimeout(() => deadline.abort(late), timeout);
  try {
    return await follow(agent, url, init, deadline.signal);
  } catch (error) {
    throw error instanceof AuthUnavailableError ? error : unavailable(init, url, describeFailure(error), error);
  } finally {
    clearTimeout(timer);
  }
}

async function follow(agent: Agent, start: URL, init: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const answer = await ask(agent, url, init, signal);
    if (!REDIRECTS.has(answer.status)) return answer;
    if (init.method !== 'GET') throw unavailable(init, url, `answered with a redirect (${answer.status}), which a POST does not follow`);
    if (redirects === MAX_REDIRECTS) throw unavailable(init, start, `was redirected more than ${MAX_REDIRECTS} times`);
    url = redirectTarget(answer, url, init);
  }
}

/** A key set or an answer about a token counts because of where it comes from: no other origin may stand in for it. */
function redirectTarget({ headers: { location } }: OutgoingAnswer, url: URL, init: OutgoingRequest): URL {
  if (typeof location !== 'string' || !URL.canParse(location, url.href)) throw unavailable(init, url, 'was redirected to nowhere');
  const target = new URL(location, url);
  if (target.origin !== url.origin) throw unavailable(init, url, 'was redirected to another origin');
  return target;
}

async function ask(agent: Agent, url: URL, init: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer> {
  const response = await agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: init.method,
    headers: { ...init.headers },
    body: init.body ?? null,
    signal,
  });
  try {
    return { status: response.statusCode, headers: response.headers, body: await readBody(response, url, init) };
  } catch (error) {
    // What is left of the body is not waited for.
    response.body.on('error', () => {}).destroy();
    throw error;
  }
}

async function readBody({ headers, body }: Dispatcher.ResponseData, url: URL, init: OutgoingRequest): Promise<Buffer> {
  const limit = init.maxBytes ?? DEFAULT_MAX_BYTES;
  const encoding = headers['content-encoding'] ?? 'identity';
  // What is small on the wire may be huge when unpacked; `accept-encoding` did not ask for it.
  if (encoding !== 'identity') throw unavailable(init, url, 'answered with a content encoding that was not asked for');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw unavailable(init, url, `answered with more than ${limit} octets`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Names are compared in lower case: nobody sends one field twice. */
function withCustomHeaders(own: OutgoingRequest['headers'] = {}, custom: ClientConfig['customHeaders'] = {}): Record<string, string> {
  const lower = [...Object.entries(custom), ...Object.entries(own)].map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...Object.fromEntries(lower), 'accept-encoding': 'identity' };
}

function unavailable(init: OutgoingRequest, url: URL, message: string, error?: unknown): AuthUnavailableError {
  // Not the error itself: undici's parser errors carry octets of the answer, TLS errors the server's certificate.
  const cause = error === undefined ? {} : { cause: new Error(message) };
  return new AuthUnavailableError(`${describe(init, url)}: ${message}`, cause);
}

function describe({ method }: OutgoingRequest, { origin, pathname }: URL): string {
  return `${method} ${origin}${pathname}`;
}
