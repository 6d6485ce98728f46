import { Readable } from 'node:stream';
import type { ExchangeRequest, exchange, streamedExchange, Wire } from '../outgoing/exchange.js';
import { isReplayable, type OutgoingBody } from '../outgoing/redirect.js';
import { responseOf } from '../outgoing/response.js';
import { asksForNonce, type DpopKey } from './dpop-key.js';

/** A request that is ready to be sent, but for its credentials. */
export type PreparedRequest = ExchangeRequest & { readonly signal: AbortSignal };

/**
 * Sends a request with an `Authorization` field, and with a proof where its token is bound to a key. Where the service asks for another nonce
 * in the proof, the request is sent a second time, if its body can be.
 *
 * @see RFC 9449 §7.1 and §9
 */
export async function answerTo(
  send: typeof exchange | typeof streamedExchange,
  wire: Wire,
  request: PreparedRequest,
  authorization: string | undefined,
  dpop: DpopKey | undefined,
): Promise<Response> {
  request.signal.throwIfAborted();
  const headers = authorization === undefined ? request.headers : { ...request.headers, authorization };
  const prover = authorization === undefined ? undefined : dpop?.proverOf(authorization);
  const sent = { ...request, headers, prover };
  const response = toResponse(await send(wire, sent));
  if (prover === undefined || !asksForNonce(response) || !isReplayable(request.body)) return response;
  await response.body?.cancel();
  return toResponse(await send(wire, sent));
}

function toResponse(answer: Awaited<ReturnType<typeof exchange | typeof streamedExchange>>): Response {
  const { href, hash } = answer.url;
  // The constructor of Response cannot set these.
  return Object.defineProperties(responseOf(answer, answer.body), {
    url: { value: href.slice(0, href.length - hash.length) },
    redirected: { value: answer.redirected },
  });
}

/** Reads the body of `request`, which was made with `given` as its body: only a stream is read while it is sent. */
export async function outgoingBody(request: Request, given: unknown): Promise<OutgoingBody> {
  if (request.body === null) return null;
  // A text, bytes or a form can be read at once. The body of another Request may be a stream, and there is no way to find out.
  const isWhole = given !== undefined && given !== null && !(Symbol.asyncIterator in Object(given));
  return isWhole ? new Uint8Array(await request.arrayBuffer()) : Readable.fromWeb(request.body);
}
