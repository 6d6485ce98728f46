import { whenSettled } from '../awaitable.js';
import type { Authenticate } from '../guard/ask.js';
import { readCredentials } from '../http/authorization.js';
import { mayUseAmbientCredentials } from '../http/origin.js';
import type { Authenticator, Verdict } from '../strategies/strategy.js';
import { rejectedAsForeign } from './ambient-credentials.js';

const ABSENT: Verdict = { outcome: 'absent' };
/** In place of the verdict about a password that is not looked at. */
const UNSEEN: Verdict = { outcome: 'rejected', reason: 'cross_site_request' };

const BASIC = 'basic';

/**
 * Asks authenticators on behalf of calls that another site could make a browser send. What browsers send by themselves (cookies, passwords
 * of the Basic scheme, client certificates) counts only from the same origin or from one of `origins`.
 *
 * @param authenticate - asks an authenticator, or remembers what it said.
 */
export function withoutCrossSite(authenticate: Authenticate, origins: () => ReadonlySet<string>): Authenticate {
  // Whatever its method is, such a call may change something: the strictest rule holds for cookies, too.
  const ask: Authenticate = (authenticator, request) => authenticate(authenticator, request, 'unsafe');
  return (authenticator, request, methods) => {
    if (mayUseAmbientCredentials(request, origins())) return ask(authenticator, request, methods);
    const check = (verdict: Verdict) => rejectedAsForeign(authenticator, verdict) ?? verdict;
    // A site must not be able to try passwords, either.
    if (isBasic(authenticator)) return check(readCredentials(request, BASIC).kind === 'absent' ? ABSENT : UNSEEN);
    return whenSettled(ask(authenticator, request, methods), check);
  };
}

function isBasic({ challenges }: Authenticator): boolean {
  return challenges.some(({ scheme }) => scheme.toLowerCase() === BASIC);
}
