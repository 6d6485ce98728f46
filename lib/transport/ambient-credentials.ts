import { whenSettled } from '../awaitable.js';
import type { Authenticate } from '../guard/call-memory.js';
import type { AuthRequest } from '../http/auth-request.js';
import { readCredentials } from '../http/authorization.js';
import { schemesOf } from '../strategies/mechanism.js';
import type { Authenticator, Rejected, Verdict } from '../strategies/strategy.js';

const BASIC = 'basic';
/** The schemes whose credentials a browser sends by itself, once it has them. */
const AMBIENT: ReadonlySet<string> = new Set([BASIC, 'digest', 'negotiate', 'ntlm', 'clientcertificate']);

const ABSENT: Verdict = { outcome: 'absent' };
const FOREIGN: Rejected = Object.freeze({ outcome: 'rejected', reason: 'cross_site_request', status: 403 });

/**
 * Asks authenticators on behalf of calls that another site could make a browser send. What browsers send by themselves (cookies, passwords
 * of the Basic scheme, client certificates) does not count in a call of another site.
 *
 * @param authenticate - asks an authenticator.
 * @param isForeign - whether another site may have made a browser send the call.
 */
export function withoutCrossSite(authenticate: Authenticate, isForeign: (request: AuthRequest) => boolean): Authenticate {
  return (authenticator, request, methods) => {
    if (!isForeign(request) || !isAmbient(authenticator)) return authenticate(authenticator, request, methods);
    // A site must not be able to try passwords, either.
    if (schemesOf(authenticator).includes(BASIC)) return readCredentials(request, BASIC).kind === 'absent' ? ABSENT : FOREIGN;
    return whenSettled(authenticate(authenticator, request, methods), (verdict) => (verdict.outcome === 'absent' ? verdict : FOREIGN));
  };
}

/**
 * Whether a browser sends the credentials by itself. A token that a page must write itself proves that the page knows it. A token in a
 * cookie is rejected where it is read.
 */
function isAmbient(authenticator: Authenticator): boolean {
  const { credentials = [] } = authenticator;
  const schemes = schemesOf(authenticator);
  const readsCookies = !schemes.includes('bearer') && credentials.some(({ kind }) => kind === 'cookie' || kind === 'certificate');
  return readsCookies || schemes.some((scheme) => AMBIENT.has(scheme));
}
