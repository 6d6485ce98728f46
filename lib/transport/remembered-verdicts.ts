import { type Awaitable, isPromise } from '../awaitable.js';
import type { Authenticate, CallMemory, RecallEnriched } from '../guard/call-memory.js';
import type { Enriched } from '../guard/enriched-callers.js';
import type { AuthRequest } from '../http/auth-request.js';
import type { RouteMethods } from '../http/route-methods.js';
import type { Authenticator, Verdict } from '../strategies/strategy.js';

/** What the enricher said about the caller whom these authenticators accepted. */
interface Recalled {
  readonly authenticators: readonly Authenticator[];
  answer: Awaitable<Enriched>;
}

/** What is known about one request or connection. */
interface Known {
  readonly verdicts: Map<Authenticator, Verdict | Promise<Verdict>>;
  /** As many as there are ways to authenticate. */
  enriched: readonly Recalled[];
}

/**
 * Remembers what authenticators and the enricher said about a request or a connection, for as long as that exists: one authentication,
 * however many handlers, fields or messages ask. What could not be found out is not remembered, nor that a caller must wait.
 */
export class RememberedVerdicts implements CallMemory {
  private readonly byRequest = new WeakMap<AuthRequest, Known>();

  /** @param ask - asks an authenticator whose verdict is not remembered. */
  constructor(private readonly ask: Authenticate = (authenticator, request, methods) => authenticator.authenticate(request, methods)) {}

  /** Asks an authenticator once for each request; those who ask while it works share the answer. */
  readonly authenticate: Authenticate = (authenticator, request, methods) => {
    const { verdicts } = this.of(request);
    return verdicts.get(authenticator) ?? this.learn(verdicts, authenticator, request, methods);
  };

  /** The closures stand here: they would cost those who find an answer as well. */
  private learn(
    verdicts: Known['verdicts'],
    authenticator: Authenticator,
    request: AuthRequest,
    methods: RouteMethods,
  ): Verdict | Promise<Verdict> {
    const verdict = this.ask(authenticator, request, methods);
    const kept = remembered<Verdict>(
      verdict,
      (settled) => void (isFinal(settled) ? verdicts.set(authenticator, settled) : verdicts.delete(authenticator)),
      () => void verdicts.delete(authenticator),
    );
    if (isPromise(kept) || isFinal(kept)) verdicts.set(authenticator, kept);
    return kept;
  }

  /** Asks the enricher once for each request and each way to authenticate. Its refusals are remembered, too. */
  readonly recall: RecallEnriched = (authenticators, request, enrich) => {
    const known = this.of(request);
    const found = known.enriched.find((each) => isSame(each.authenticators, authenticators));
    if (found !== undefined) return found.answer;
    const answer = enrich();
    const recalled: Recalled = { authenticators, answer };
    recalled.answer = remembered<Enriched>(
      answer,
      (settled) => {
        recalled.answer = settled;
      },
      () => {
        known.enriched = known.enriched.filter((each) => each !== recalled);
      },
    );
    known.enriched = [...known.enriched, recalled];
    return recalled.answer;
  };

  /** Forgets what was said about a request: the next call asks again. */
  forget(request: AuthRequest): void {
    this.byRequest.delete(request);
  }

  private of(request: AuthRequest): Known {
    const known = this.byRequest.get(request);
    if (known !== undefined) return known;
    const fresh: Known = { verdicts: new Map(), enriched: [] };
    this.byRequest.set(request, fresh);
    return fresh;
  }
}

function isSame(some: readonly Authenticator[], others: readonly Authenticator[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}

/**
 * What is remembered of an answer: the answer itself as soon as it is there, so that the next one who asks does not wait. Those who wait get
 * the promise that is kept: an unhandled rejection would end the process.
 */
function remembered<T>(answer: T | PromiseLike<T>, keep: (settled: T) => void, drop: () => void): Awaitable<T> {
  return isPromise(answer) ? settling(answer, keep, drop) : answer;
}

async function settling<T>(pending: PromiseLike<T>, keep: (settled: T) => void, drop: () => void): Promise<T> {
  try {
    const settled = await pending;
    keep(settled);
    return settled;
  } catch (error) {
    drop();
    throw error;
  }
}

/** Who must wait is asked anew: a connection lives longer than the wait. */
function isFinal(verdict: Verdict): boolean {
  return verdict?.outcome !== 'rejected' || verdict.retryAfter === undefined;
}
