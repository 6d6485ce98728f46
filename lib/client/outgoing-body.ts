import { Readable } from 'node:stream';
import type { OutgoingBody } from '../outgoing/redirect.js';

/** Reads the body of `request`, which was made with `given` as its body: only a stream is read while it is sent. */
export async function outgoingBody(request: Request, given: unknown): Promise<OutgoingBody> {
  if (request.body === null) return null;
  // A text, bytes or a form can be read at once. The body of another Request may be a stream, and there is no way to find out.
  const isWhole = given !== undefined && given !== null && !(Symbol.asyncIterator in Object(given));
  return isWhole ? new Uint8Array(await request.arrayBuffer()) : Readable.fromWeb(request.body);
}
