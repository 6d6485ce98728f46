import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type Chunks, DamagedCodingError, PLAIN } from './content-coding.js';
import type { Deadline } from './deadline.js';
import { ExchangeError } from './exchange-error.js';
import type { Hop, HopAnswer, Unpack } from './hop.js';
import type { AnswerHead } from './response.js';

type Request = Hop['request'];

/** Bytes of a body that nobody reads which may arrive before its connection is closed. */
const MAX_UNREAD = 131_072;

/** What has arrived when the answer is complete. */
interface Arrived extends AnswerHead {
  readonly unpack: Unpack | undefined;
  readonly chunks: readonly Buffer[];
}

/**
 * Sends one request of an exchange and reads the whole answer.
 *
 * @throws ExchangeError if the answer cannot be used; the error of undici if none came; what the deadline ended it with.
 */
export async function askForAll(hop: Hop, deadline: Deadline): Promise<HopAnswer<Buffer<ArrayBuffer>>> {
  const { status, headers, unpack, chunks } = await new Promise<Arrived>((resolve, reject) => {
    const answer = new WholeAnswer(hop, resolve, reject);
    deadline.onEnd((reason) => answer.stop(reason));
    hop.dispatcher.dispatch(hop.options, answer);
  });
  if (unpack === undefined) return { status, headers, body: null };
  return { status, headers, body: unpack === PLAIN ? Buffer.concat(chunks) : await unpacked(chunks, unpack, hop.request) };
}

/** Takes an answer as it arrives. undici would make a stream of it, with the promises and events that a stream needs. */
class WholeAnswer implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private stopped: { readonly reason: unknown } | undefined;
  private head: AnswerHead | undefined;
  private unpack: Unpack | undefined;
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly hop: Hop,
    private readonly resolve: (arrived: Arrived) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  /** Ends it now: also while it waits for a connection. */
  stop(reason: unknown): void {
    this.stopped = { reason };
    // First: the error of an answer whose body is not read would count as its end.
    this.fail(reason);
    this.controller?.abort(reason as Error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.stopped !== undefined) controller.abort(this.stopped.reason as Error);
  }

  /** What it throws ends the request, and comes back as its error. */
  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHead['headers']): void {
    // Interim answers say nothing of the final one. RFC 9110 §15.2
    if (status < 200) return;
    const head = { status, headers };
    this.unpack = this.hop.meet(head);
    this.head = head;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.unpack === undefined) {
      if (this.size > MAX_UNREAD) controller.abort(new Error('The rest of the body is not read.'));
      return;
    }
    if (this.size > this.hop.request.maxBytes) throw tooLarge(this.hop.request);
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.head !== undefined) this.finish(this.head);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // A body that nobody reads need not be complete.
    if (this.head !== undefined && this.unpack === undefined) this.finish(this.head);
    else this.fail(error);
  }

  private finish({ status, headers }: AnswerHead): void {
    this.resolve({ status, headers, unpack: this.unpack, chunks: this.chunks });
  }

  private fail(error: unknown): void {
    const { body } = this.hop.request;
    if (body instanceof Readable) body.on('error', () => {}).destroy();
    this.reject(error);
  }
}

/** The limit holds for what arrives and for what it becomes: a body that is small when it is packed may be huge when it is not. */
async function unpacked(packed: readonly Buffer[], unpack: Unpack, request: Request): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of unpack(oneByOne(packed))) {
      size += chunk.length;
      if (size > request.maxBytes) throw tooLarge(request);
      chunks.push(chunk);
    }
  } catch (error) {
    if (!(error instanceof DamagedCodingError)) throw error;
    throw new ExchangeError('unusable_answer', request, `answered with a compressed body that cannot be unpacked (${error.message})`);
  }
  return Buffer.concat(chunks);
}

async function* oneByOne(chunks: readonly Buffer[]): Chunks {
  yield* chunks;
}

function tooLarge(request: Request): ExchangeError {
  return new ExchangeError('too_large', request, `answered with more than ${request.maxBytes} bytes`);
}
