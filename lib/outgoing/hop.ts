import type { Dispatcher } from 'undici';
import type { Chunks } from './content-coding.js';
import type { OutgoingBody } from './redirect.js';
import type { AnswerHead } from './response.js';

/** Turns what arrives into the content. */
export type Unpack = (packed: Chunks) => Chunks;

/** One request of an exchange. Redirects make several. */
export interface Hop {
  readonly dispatcher: Dispatcher;
  readonly options: Dispatcher.DispatchOptions;
  /** What it is made of. */
  readonly request: { readonly url: URL; readonly method: string; readonly body: OutgoingBody; readonly maxBytes: number };
  /**
   * Decides by the head of the answer how its body is read: undefined if it is not.
   *
   * @throws ExchangeError if the answer cannot be used.
   */
  readonly meet: (head: AnswerHead) => Unpack | undefined;
}

/** The answer to one request of an exchange; the body is null where it is not read. */
export interface HopAnswer<Body> extends AnswerHead {
  readonly body: Body | null;
}
