import type { Dispatcher } from 'undici';
import { isPromise } from '../awaitable.js';
import { ACCEPTED_CODINGS, PLAIN, unpackerFor } from './content-coding.js';
import { Deadline } from './deadline.js';
import { ExchangeError, type ExchangeFailure } from './exchange-error.js';
import type { Hop, HopAnswer } from './hop.js';
import { describeFailure } from './network-failure.js';
import type { Connections } from './outgoing-agent.js';
import { type OutgoingBody, redirected } from './redirect.js';
import { type AnswerHead, mayHaveBody } from './response.js';
import { askForStream } from './streamed-answer.js';
import { USER_AGENT } from './user-agent.js';
import { askForAll } from './whole-answer.js';

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

/** How the answer of an exchange is read. */
interface Reading<Body> {
  /** The codings of the answer that are asked for and unpacked. */
  readonly codings: string;
  /** Sends one request of the exchange. */
  readonly ask: (hop: Hop, deadline: Deadline) => Promise<HopAnswer<Body>>;
}

const WHOLE: Reading<Buffer<ArrayBuffer>> = { codings: ACCEPTED_CODINGS, ask: askForAll };

/**
 * Makes one exchange and reads the whole answer, within the timeout. Redirects within the origin are followed.
 *
 * @throws the error of `wire.fail` if no whole answer came; the reason of the signal, if it was aborted.
 */
export function exchange(wire: Wire, request: ExchangeRequest): Promise<ExchangeAnswer<Buffer<ArrayBuffer>>> {
  return run(wire, request, WHOLE);
}

/**
 * Makes one exchange whose answer is streamed: the timeout ends with its header, and then bounds every pause. Redirects within the origin are
 * followed.
 *
 * @throws as {@link exchange} does; the stream fails with the same errors.
 */
export function streamedExchange(wire: Wire, request: ExchangeRequest): Promise<ExchangeAnswer<ReadableStream<Uint8Array>>> {
  const ask: Reading<ReadableStream<Uint8Array>>['ask'] = (hop, deadline) => {
    const toError = (error: unknown) => errorOf(wire, { ...request, ...hop.request }, error);
    return askForStream(hop, deadline, { signal: request.signal, pause: wire.timeout, toError });
  };
  return run(wire, request, { codings: 'identity', ask });
}

async function run<Body>(wire: Wire, request: ExchangeRequest, reading: Reading<Body>): Promise<ExchangeAnswer<Body>> {
  // The time that loading undici takes is not the server's. follow() reports a failure of it.
  const loading = wire.dispatcherTo(request.url);
  if (isPromise(loading)) await loading.then(undefined, () => undefined);
  const deadline = new Deadline(wire.timeout, request);
  try {
    return await follow(wire, request, reading, deadline);
  } catch (error) {
    throw errorOf(wire, request, deadline.late ?? error);
  } finally {
    deadline.close();
  }
}

async function follow<Body>(
  wire: Wire,
  start: ExchangeRequest,
  { codings, ask }: Reading<Body>,
  deadline: Deadline,
): Promise<ExchangeAnswer<Body>> {
  let request = start;
  for (let hops = 0; ; hops++) {
    const { url, prover } = request;
    const proof = prover === undefined ? undefined : await prover.fieldsFor(request);
    const dispatcher = wire.dispatcherTo(url);
    const hop = {
      dispatcher: isPromise(dispatcher) ? await dispatcher : dispatcher,
      options: optionsOf(request, proof, codings),
      request,
      meet: meeting(request, hops, codings),
    };
    const { status, headers, body } = await ask(hop, deadline);
    const next = redirected(request, { status, headers }, hops);
    if (next === undefined) return { status, headers: body === null ? headers : ofContent(headers), body, url, redirected: hops > 0 };
    request = next;
  }
}

function optionsOf(request: ExchangeRequest, proof: Readonly<Record<string, string>> | undefined, codings: string) {
  const { url, method, headers, body } = request;
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: method as Dispatcher.HttpMethod,
    // A part of a packed answer cannot be unpacked.
    headers: { 'user-agent': USER_AGENT, ...headers, ...proof, 'accept-encoding': 'range' in headers ? 'identity' : codings },
    body,
  };
}

function meeting(request: ExchangeRequest, hops: number, codings: string): Hop['meet'] {
  return (head) => {
    request.prover?.learn(request.url, head.headers);
    const isFinal = redirected(request, head, hops) === undefined;
    if (!isFinal || !mayHaveBody(head.status, request.method)) return undefined;
    const unpack = unpackerFor(head.headers['content-encoding']);
    if (unpack === PLAIN || (unpack !== undefined && codings !== 'identity')) return unpack;
    throw new ExchangeError('unusable_answer', request, 'answered with a content encoding that was not asked for');
  };
}

/** The header fields of an answer as its content is given: unpacked. */
function ofContent(headers: AnswerHead['headers']): AnswerHead['headers'] {
  const { 'content-encoding': coding = 'identity' } = headers;
  if (coding === 'identity') return headers;
  const { 'content-encoding': _coding, 'content-length': _packedLength, ...others } = headers;
  return others;
}

/** Never the error of undici itself: its parser errors contain bytes of the answer, and TLS errors the certificate of the server. */
function errorOf({ fail, proxyTo }: Wire, request: ExchangeRequest, error: unknown): unknown {
  if (request.signal?.aborted) return request.signal.reason;
  const { reason, message } = error instanceof ExchangeError ? error : new ExchangeError('unreachable', request, describeFailure(error));
  const proxy = proxyTo(request.url);
  return fail(reason, proxy === undefined ? message : `${message}, through the proxy ${proxy}`);
}
