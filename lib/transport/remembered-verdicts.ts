import { isPromise } from '../awaitable.js';
import type { AuthRequest } from '../http/auth-request.js';
import type { RouteMethods } from '../http/route-methods.js';
import type { Authenticator, Verdict } from '../strategies/strategy.js';

/**
 * Remembers what authenticators said about a request or a connection, for as long as that exists: one authentication, however many
 * handlers, fields or messages ask. What could not be found out is not remembered, nor that a caller must wait.
 */
export class RememberedVerdicts {
  private readonly byRequest = new WeakMap<AuthRequest, Map<Authenticator, Verdict | Promise<Verdict>>>();

  /** Asks an authenticator once for each request; those who ask while it works share the answer. */
  readonly authenticate = (authenticator: Authenticator, request: AuthRequest, methods: RouteMethods): Verdict | Promise<Verdict> => {
    const verdicts = this.of(request);
    const known = verdicts.get(authenticator);
    if (known !== undefined) return known;
    const verdict = authenticator.authenticate(request, methods);
    // The caller gets the promise that is kept: the rejection of one that nobody has would end the process.
    const kept = isPromise(verdict) ? settling(verdict, authenticator, verdicts) : verdict;
    if (isPromise(kept) || isFinal(kept)) verdicts.set(authenticator, kept);
    return kept;
  };

  /** Forgets what was said about a request: the next call asks again. */
  forget(request: AuthRequest): void {
    this.byRequest.delete(request);
  }

  private of(request: AuthRequest): Map<Authenticator, Verdict | Promise<Verdict>> {
    const known = this.byRequest.get(request);
    if (known !== undefined) return known;
    const verdicts = new Map<Authenticator, Verdict | Promise<Verdict>>();
    this.byRequest.set(request, verdicts);
    return verdicts;
  }
}

/** Puts the verdict in the place of its promise, so that the next one who asks does not wait. */
async function settling(
  pending: PromiseLike<Verdict>,
  authenticator: Authenticator,
  verdicts: Map<Authenticator, Verdict | Promise<Verdict>>,
): Promise<Verdict> {
  try {
    const verdict = await pending;
    if (isFinal(verdict)) verdicts.set(authenticator, verdict);
    else verdicts.delete(authenticator);
    return verdict;
  } catch (error) {
    verdicts.delete(authenticator);
    throw error;
  }
}

/** Who must wait is asked anew: a connection lives longer than the wait. */
function isFinal(verdict: Verdict): boolean {
  return verdict?.outcome !== 'rejected' || verdict.retryAfter === undefined;
}
