import type { RawAnswer } from './answer.js';
import { FetchFailedError } from './fetch-failed.error.js';
import { isReplayable } from './outgoing-body.js';

/** Where a request goes, as far as a redirect may change it. */
interface Redirectable {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Parameters<typeof isReplayable>[0];
  readonly redirect: Request['redirect'];
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 3;

/**
 * The request to which an answer redirects; undefined if it does not, or if the caller wants to see the redirect itself.
 *
 * @throws FetchFailedError if it must not be followed: credentials and client certificates are for one origin.
 * @see Fetch Standard, HTTP-redirect fetch
 */
export function redirected<Sent extends Redirectable>(
  { client }: { readonly client: string },
  request: Sent,
  { statusCode, headers: { location } }: RawAnswer,
  hops: number,
): Sent | undefined {
  if (!REDIRECTS.has(statusCode) || request.redirect === 'manual' || location === undefined) return undefined;
  const refuse = (why: string) =>
    new FetchFailedError(client, 'redirect', `${request.method} ${request.url.origin}${request.url.pathname}: was redirected ${why}`);
  if (request.redirect === 'error') throw refuse('which redirect: "error" forbids');
  if (hops === MAX_REDIRECTS) throw refuse(`more than ${MAX_REDIRECTS} times`);
  if (typeof location !== 'string' || !URL.canParse(location, request.url.href)) throw refuse('to nowhere');
  const url = new URL(location, request.url);
  if (url.origin !== request.url.origin) throw refuse('to another origin');
  if (becomesGet(statusCode, request.method))
    return { ...request, url, method: 'GET', headers: withoutContent(request.headers), body: null };
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
