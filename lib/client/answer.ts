import type { Dispatcher } from 'undici';

/** Statuses with which a `Response` must not have a body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** What an exchange gives: the status and the header fields, and the body that is still to be read. */
export type RawAnswer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** Whether an answer may have a body. @see RFC 9110 §6.4.1 */
export function hasBody({ statusCode }: RawAnswer, method: string): boolean {
  return method !== 'HEAD' && !WITHOUT_BODY.has(statusCode);
}

/** Makes the standard's `Response` of an answer. */
export function responseOf(
  { statusCode, headers }: RawAnswer,
  body: ReadableStream | Uint8Array<ArrayBuffer> | null,
  { url, redirected }: { readonly url: URL; readonly redirected: boolean },
): Response {
  const fields = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((each): [string, string] => [name, each]));
  const response = new Response(body, { status: statusCode, headers: fields });
  // The constructor cannot set these, and a caller of fetch() may read them.
  Object.defineProperty(response, 'url', { value: url.href.slice(0, url.href.length - url.hash.length) });
  Object.defineProperty(response, 'redirected', { value: redirected });
  return response;
}
