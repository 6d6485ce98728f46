import { whenSettled } from '../awaitable.js';
import type { Authenticate } from '../guard/call-memory.js';
import type { AuthRequest } from '../http/auth-request.js';
import { readCredentials } from '../http/authorization.js';
import type { Authenticator, Verdict } from '../strategies/strategy.js';
import { rejectedAsForeign } from './ambient-credentials.js';

const ABSENT: Verdict = { outcome: 'absent' };
/** In place of the verdict about a password that is not looked at. */
const UNSEEN: Verdict = { outcome: 'rejected', reason: 'cross_site_request' };

const BASIC = 'basic';

/**
 * Asks authenticators on behalf of calls that another site could make a browser send. What browsers send by themselves (cookies, passwords
 * of the Basic scheme, client certificates) does not count in a call of another site.
 *
 * @param authenticate - asks an authenticator, or remembers what it said.
 * @param isForeign - whether another site may have made a browser send the call.
 */
export function withoutCrossSite(authenticate: Authenticate, isForeign: (request: AuthRequest) => boolean): Authenticate {
  return (authenticator, request, methods) => {
    if (!isForeign(request)) return authenticate(authenticator, request, methods);
    const check = (verdict: Verdict) => rejectedAsForeign(authenticator, verdict) ?? verdict;
    // A site must not be able to try passwords, either.
    if (isBasic(authenticator)) return check(readCredentials(request, BASIC).kind === 'absent' ? ABSENT : UNSEEN);
    return whenSettled(authenticate(authenticator, request, methods), check);
  };
}

function isBasic({ challenges }: Authenticator): boolean {
  return challenges.some(({ scheme }) => scheme.toLowerCase() === BASIC);
}
