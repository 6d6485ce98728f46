import { Readable } from 'node:stream';
import { ExchangeError } from './exchange-error.js';
import type { AnswerHead } from './response.js';

/** The body of a request: text or bytes, which can be sent again, or a stream, which cannot. */
export type OutgoingBody = string | Uint8Array | Readable | null;

/** The parts of a request that a redirect may change, and its `redirect` mode. */
interface Redirectable {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
  readonly redirect: Request['redirect'];
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 3;

/** Whether a body can be sent again. */
export function isReplayable(body: OutgoingBody): boolean {
  return !(body instanceof Readable);
}

/** Whether a status is one of a redirect. @see https://fetch.spec.whatwg.org/#redirect-status */
export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

/**
 * The request to which an answer redirects; undefined if the answer is no redirect, has no `location`, or the mode is `manual`.
 *
 * @throws ExchangeError if the redirect must not be followed: credentials and client certificates are for one origin, and what an endpoint answers
 * counts because of where it comes from.
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export function redirected<Sent extends Redirectable>(
  request: Sent,
  { status, headers: { location } }: AnswerHead,
  hops: number,
): Sent | undefined {
  if (!isRedirect(status) || request.redirect === 'manual' || location === undefined) return undefined;
  const refuse = (why: string) => new ExchangeError('redirect', request, `was redirected (${status}) ${why}`);
  if (request.redirect === 'error') throw refuse('and the request does not follow redirects');
  if (hops === MAX_REDIRECTS) throw refuse(`more than ${MAX_REDIRECTS} times`);
  if (typeof location !== 'string' || !URL.canParse(location, request.url.href)) throw refuse('to an invalid URL');
  const url = new URL(location, request.url);
  // The origin of a blob: URL is that of the URL in it.
  if (url.origin !== request.url.origin || url.protocol !== request.url.protocol) throw refuse('to another origin');
  if (becomesGet(status, request.method)) return { ...request, url, method: 'GET', headers: withoutContent(request.headers), body: null };
  if (!isReplayable(request.body)) throw refuse('and its body, a stream, cannot be sent again');
  return { ...request, url };
}

function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function withoutContent(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-')));
}
