import type { Agent, Dispatcher } from 'undici';
import { describeFailure } from '../outgoing/network-failure.js';
import { hasBody, type RawAnswer, responseOf } from './answer.js';
import { FetchFailedError } from './fetch-failed.error.js';
import type { OutgoingBody } from './outgoing-body.js';
import { redirected } from './redirect.js';

/** The connections of a client, and the bounds of an exchange. */
export interface Wire {
  /** The client's name, for errors. */
  readonly client: string;
  readonly agent: Agent;
  /** Milliseconds. */
  readonly timeout: number;
  /** The most octets of an answer that is not streamed. */
  readonly maxBytes: number;
}

/** What to send. */
export interface WireRequest {
  readonly url: URL;
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
  readonly redirect: Request['redirect'];
  /** The caller may give up by it. */
  readonly signal: AbortSignal;
  /** Whether the answer is handed on while it comes. */
  readonly streaming: boolean;
}

/**
 * Makes one exchange, with the redirects that stay within the origin.
 *
 * @throws FetchFailedError if no whole answer came; the reason of the signal, if the caller gave up.
 */
export async function exchange(wire: Wire, request: WireRequest): Promise<Response> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), wire.timeout);
  try {
    return await follow(wire, request, AbortSignal.any([request.signal, deadline.signal]));
  } catch (error) {
    if (deadline.signal.aborted && !request.signal.aborted)
      throw failure(wire, request, 'timeout', `no whole answer within ${wire.timeout / 1000} s`);
    throw describe(wire, request, error);
  } finally {
    clearTimeout(timer);
  }
}

async function follow(wire: Wire, start: WireRequest, signal: AbortSignal): Promise<Response> {
  let request = start;
  for (let hops = 0; ; hops++) {
    const answer = await ask(wire, request, signal);
    const next = redirected(wire, request, answer, hops);
    if (next === undefined) return await finish(wire, request, answer, hops > 0);
    await answer.body.dump();
    request = next;
  }
}

function ask(wire: Wire, { url, method, headers, body, streaming }: WireRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return wire.agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: method as Dispatcher.HttpMethod,
    headers: { ...headers },
    body,
    // The deadline ends with the header of an answer that is streamed: a pause in it must not be longer.
    bodyTimeout: streaming ? wire.timeout : 0,
    signal,
  });
}

async function finish(wire: Wire, request: WireRequest, answer: Dispatcher.ResponseData, wasRedirected: boolean): Promise<Response> {
  const about = { url: request.url, redirected: wasRedirected };
  if (!hasBody(answer, request.method)) {
    await answer.body.dump();
    return responseOf(answer, null, about);
  }
  try {
    checkEncoding(wire, request, answer);
    const body = request.streaming ? streamOf(wire, request, answer) : await readAll(wire, request, answer);
    return responseOf(answer, body, about);
  } catch (error) {
    // What is left of the body is not waited for.
    answer.body.on('error', () => {}).destroy();
    throw error;
  }
}

/** What is small on the wire may be huge when unpacked; `accept-encoding` did not ask for it. */
function checkEncoding(wire: Wire, request: WireRequest, { headers }: RawAnswer): void {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw failure(wire, request, 'unusable_answer', 'answered with a content encoding that was not asked for');
}

async function readAll(wire: Wire, request: WireRequest, { body }: RawAnswer): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > wire.maxBytes) throw failure(wire, request, 'too_large', `answered with more than ${wire.maxBytes} octets`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, size));
}

/** Nothing is read before it is asked for, and giving up closes the connection. */
function streamOf(wire: Wire, request: WireRequest, { body }: RawAnswer): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      } catch (error) {
        controller.error(describe(wire, request, error));
      }
    },
    cancel: () => {
      body.on('error', () => {}).destroy();
    },
  });
}

/** Not the error itself: undici's parser errors carry octets of the answer, TLS errors the server's certificate. */
function describe(wire: Wire, request: WireRequest, error: unknown): unknown {
  if (request.signal.aborted) return request.signal.reason;
  return error instanceof FetchFailedError ? error : failure(wire, request, 'unreachable', describeFailure(error));
}

/** Makes the error of an exchange. */
export function failure(wire: Wire, { method, url }: WireRequest, reason: FetchFailedError['reason'], message: string): FetchFailedError {
  return new FetchFailedError(wire.client, reason, `${method} ${url.origin}${url.pathname}: ${message}`);
}
