import type { Dispatcher } from 'undici';
import { ACCEPTED_CODINGS, type Chunks, DamagedCodingError, unpackerFor } from './content-coding.js';
import { ExchangeError, type ExchangeFailure } from './exchange-error.js';
import { describeFailure } from './network-failure.js';
import type { Connections } from './outgoing-agent.js';
import { type OutgoingBody, redirected } from './redirect.js';
import { type AnswerHead, mayHaveBody } from './response.js';
import { USER_AGENT } from './user-agent.js';

/** The connections of a client, and the errors that it throws. */
export interface Wire extends Connections {
  /** Makes the error of an exchange that failed. */
  readonly fail: (reason: ExchangeFailure, message: string) => Error;
}

/** Proves, for each request that an exchange sends, that the client holds a key. @see RFC 9449 */
export interface HopProver {
  /** The header fields of one request: each redirect needs its own. */
  fieldsFor(request: Pick<ExchangeRequest, 'url' | 'method'>): Promise<Readonly<Record<string, string>>>;
  /** Takes what an answer says about the next proof. */
  learn(url: URL, headers: AnswerHead['headers']): void;
}

/** The request of an exchange. */
export interface ExchangeRequest {
  readonly url: URL;
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
  readonly redirect: Request['redirect'];
  /** Aborts the exchange. */
  readonly signal?: AbortSignal;
  /** The largest body in bytes that is read, unless it is streamed. */
  readonly maxBytes: number;
  /** Adds header fields that depend on the URL. */
  readonly prover?: HopProver | undefined;
}

/** The answer of an exchange. */
export interface ExchangeAnswer<Body> extends AnswerHead {
  /** Null where an answer must not have one. */
  readonly body: Body | null;
  /** Where the answer comes from, after redirects. */
  readonly url: URL;
  readonly redirected: boolean;
}

type Incoming = Dispatcher.ResponseData['body'];

/** How the body of an answer is read. */
interface Reading<Body> {
  /** Milliseconds that a pause may take; 0 where the deadline of the exchange is enough. */
  readonly pause: number;
  /** The codings of the answer that are asked for and unpacked. */
  readonly codings: string;
  readonly read: (body: Incoming, request: ExchangeRequest, unpack: (packed: Chunks) => Chunks) => Body | Promise<Body>;
}

/**
 * Makes one exchange and reads the whole answer, within the timeout. Redirects within the origin are followed.
 *
 * @throws the error of `wire.fail` if no whole answer came; the reason of the signal, if it was aborted.
 */
export function exchange(wire: Wire, request: ExchangeRequest): Promise<ExchangeAnswer<Buffer<ArrayBuffer>>> {
  return run(wire, request, { pause: 0, codings: ACCEPTED_CODINGS, read: readAll });
}

/**
 * Makes one exchange whose answer is streamed: the timeout ends with its header, and then bounds every pause. Redirects within the origin are
 * followed.
 *
 * @throws as {@link exchange} does; the stream fails with the same errors.
 */
export function streamedExchange(wire: Wire, request: ExchangeRequest): Promise<ExchangeAnswer<ReadableStream<Uint8Array>>> {
  const read = (body: Incoming, sent: ExchangeRequest) => streamOf(body, (error) => errorOf(wire, sent, error));
  return run(wire, request, { pause: wire.timeout, codings: 'identity', read });
}

async function run<Body>(wire: Wire, request: ExchangeRequest, reading: Reading<Body>): Promise<ExchangeAnswer<Body>> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), wire.timeout);
  const signal = request.signal === undefined ? deadline.signal : AbortSignal.any([request.signal, deadline.signal]);
  try {
    return await follow(wire, request, reading, signal);
  } catch (error) {
    const late = deadline.signal.aborted && new ExchangeError('timeout', request, `no whole answer within ${wire.timeout / 1000} s`);
    throw errorOf(wire, request, late || error);
  } finally {
    clearTimeout(timer);
  }
}

async function follow<Body>(
  wire: Wire,
  start: ExchangeRequest,
  reading: Reading<Body>,
  signal: AbortSignal,
): Promise<ExchangeAnswer<Body>> {
  let request = start;
  for (let hops = 0; ; hops++) {
    const { prover } = request;
    const { statusCode: status, headers, body } = await send(wire, await proved(request), reading, signal);
    prover?.learn(request.url, headers);
    try {
      const next = redirected(request, { status, headers }, hops);
      if (next === undefined) {
        const content = await contentOf(request, { status, headers }, body, reading);
        return { ...content, status, url: request.url, redirected: hops > 0 };
      }
      await body.dump();
      request = next;
    } catch (error) {
      // The rest of the body is not read.
      body.on('error', () => {}).destroy();
      throw error;
    }
  }
}

async function proved(request: ExchangeRequest): Promise<ExchangeRequest> {
  const { prover, headers } = request;
  return prover === undefined ? request : { ...request, headers: { ...headers, ...(await prover.fieldsFor(request)) } };
}

async function send(wire: Wire, request: ExchangeRequest, { pause, codings }: Reading<unknown>, signal: AbortSignal) {
  const { url, method, headers, body } = request;
  return (await wire.dispatcherTo(url)).request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: method as Dispatcher.HttpMethod,
    // A part of a packed answer cannot be unpacked.
    headers: { 'user-agent': USER_AGENT, ...headers, 'accept-encoding': 'range' in headers ? 'identity' : codings },
    body,
    bodyTimeout: pause,
    signal,
  });
}

async function contentOf<Body>(request: ExchangeRequest, head: AnswerHead, body: Incoming, { codings, read }: Reading<Body>) {
  const { status, headers } = head;
  if (!mayHaveBody(status, request.method)) {
    await body.dump();
    return { headers, body: null };
  }
  const { 'content-encoding': coding = 'identity', ...others } = headers;
  const unpack = coding === 'identity' || codings !== 'identity' ? unpackerFor(coding) : undefined;
  if (unpack === undefined) throw new ExchangeError('unusable_answer', request, 'answered with a content encoding that was not asked for');
  const { 'content-length': _packedLength, ...ofPlain } = others;
  return { headers: coding === 'identity' ? headers : ofPlain, body: await read(body, request, unpack) };
}

/** The limit holds for the bytes that arrive and for what they become: a body that is small when it is packed may be huge when it is not. */
async function readAll(body: Incoming, request: ExchangeRequest, unpack: (packed: Chunks) => Chunks): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of bounded(unpack(bounded(body as Chunks, request)), request)) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof DamagedCodingError)) throw error;
    throw new ExchangeError('unusable_answer', request, `answered with a compressed body that cannot be unpacked (${error.message})`);
  }
  return Buffer.concat(chunks);
}

async function* bounded(chunks: Chunks, request: ExchangeRequest): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > request.maxBytes) throw new ExchangeError('too_large', request, `answered with more than ${request.maxBytes} bytes`);
    yield chunk;
  }
}

/** Reads only on demand. Cancelling closes the connection. */
function streamOf(body: Incoming, toError: (error: unknown) => unknown): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      } catch (error) {
        controller.error(toError(error));
      }
    },
    cancel: () => {
      body.on('error', () => {}).destroy();
    },
  });
}

/** Never the error of undici itself: its parser errors contain bytes of the answer, and TLS errors the certificate of the server. */
function errorOf({ fail, proxyTo }: Wire, request: ExchangeRequest, error: unknown): unknown {
  if (request.signal?.aborted) return request.signal.reason;
  const { reason, message } = error instanceof ExchangeError ? error : new ExchangeError('unreachable', request, describeFailure(error));
  const proxy = proxyTo(request.url);
  return fail(reason, proxy === undefined ? message : `${message}, through the proxy ${proxy}`);
}
