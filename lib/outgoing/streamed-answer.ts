import type { Dispatcher } from 'undici';
import type { Deadline } from './deadline.js';
import type { Hop, HopAnswer } from './hop.js';

type Incoming = Dispatcher.ResponseData['body'];

/** How the body of an answer is streamed. */
export interface Streaming {
  /** Aborts the body, too. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds that a pause may take. */
  readonly pause: number;
  /** The error with which the stream fails. */
  readonly toError: (error: unknown) => unknown;
}

/**
 * Sends one request of an exchange and waits for the head of the answer.
 *
 * @throws ExchangeError if the answer cannot be used; the error of undici if none came.
 */
export async function askForStream(
  { dispatcher, options, meet }: Hop,
  deadline: Deadline,
  { signal: given, pause, toError }: Streaming,
): Promise<HopAnswer<ReadableStream<Uint8Array>>> {
  const ended = new AbortController();
  deadline.onEnd((reason) => ended.abort(reason));
  const signal = given === undefined ? ended.signal : AbortSignal.any([given, ended.signal]);
  const { statusCode: status, headers, body } = await dispatcher.request({ ...options, bodyTimeout: pause, signal });
  try {
    if (meet({ status, headers }) !== undefined) return { status, headers, body: streamOf(body, toError) };
    await body.dump();
    return { status, headers, body: null };
  } catch (error) {
    // The rest of the body is not read.
    body.on('error', () => {}).destroy();
    throw error;
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
