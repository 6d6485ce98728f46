import { Readable } from 'node:stream';

/** The body of a request as it is sent: octets, which can be sent again, or a stream, which cannot. */
export type OutgoingBody = Uint8Array | Readable | null;

/** Reads the body of `request`, which was made with `given` as its body: only a stream is left to be read while it is sent. */
export async function outgoingBody(request: Request, given: unknown): Promise<OutgoingBody> {
  if (request.body === null) return null;
  return isOctets(given) ? new Uint8Array(await request.arrayBuffer()) : Readable.fromWeb(request.body);
}

/** Whether a body can be sent again. */
export function isReplayable(body: OutgoingBody): body is Uint8Array | null {
  return !(body instanceof Readable);
}

/** Whether a body is all there: a text, octets, a form. The body of another request may be a stream, and cannot be asked. */
function isOctets(given: unknown): boolean {
  return given !== undefined && given !== null && !(Symbol.asyncIterator in Object(given));
}
