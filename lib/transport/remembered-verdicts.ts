import { type Awaitable, isPromise } from '../awaitable.js';
import type { Authenticate, CallMemory, RecallEnriched } from '../guard/call-memory.js';
import type { Enriched } from '../guard/enriched-callers.js';
import type { AuthRequest } from '../http/auth-request.js';
import type { ObjectTable } from '../object-table.js';
import type { Authenticator, Verdict } from '../strategies/strategy.js';

const NONE: readonly never[] = [];

/** What the enricher said about the caller whom these authenticators accepted. */
interface Recalled {
  readonly authenticators: readonly Authenticator[];
  answer: Awaitable<Enriched>;
}

/** What an authenticator said. */
interface Learned {
  readonly authenticator: Authenticator;
  verdict: Verdict | Promise<Verdict>;
}

/** What is known about one request or connection: lists, because there are few ways to authenticate. */
export class Known {
  /** @internal */
  verdicts: readonly Learned[] = NONE;
  /** @internal */
  enriched: readonly Recalled[] = NONE;
}

/**
 * Remembers what authenticators and the enricher said about a request or a connection, for as long as that exists: one authentication,
 * however many handlers, fields or messages ask. What could not be found out is not remembered, nor that a caller must wait.
 */
export class RememberedVerdicts implements CallMemory {
  /**
   * @param ask - asks an authenticator whose verdict is not remembered.
   * @param byRequest - where a verdict is kept: a table that suits the objects which stand for requests.
   */
  constructor(
    private readonly ask: Authenticate = (authenticator, request, methods) => authenticator.authenticate(request, methods),
    private readonly byRequest: ObjectTable<AuthRequest, Known | undefined> = new WeakMap(),
  ) {}

  /** Asks an authenticator once for each request; those who ask while it works share the answer. */
  readonly authenticate: Authenticate = (authenticator, request, methods) => {
    const known = this.of(request);
    for (const each of known.verdicts) if (each.authenticator === authenticator) return each.verdict;
    const verdict = this.ask(authenticator, request, methods);
    if (isPromise(verdict)) return learnLater(known, authenticator, verdict);
    if (isFinal(verdict)) learn(known, { authenticator, verdict });
    return verdict;
  };

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
    this.byRequest.set(request, undefined);
  }

  private of(request: AuthRequest): Known {
    const known = this.byRequest.get(request);
    if (known !== undefined) return known;
    const fresh = new Known();
    this.byRequest.set(request, fresh);
    return fresh;
  }
}

function learn(known: Known, learned: Learned): void {
  known.verdicts = known.verdicts.length === 0 ? [learned] : [...known.verdicts, learned];
}

/** The closures stand here: they would cost those who need not wait as well. */
function learnLater(known: Known, authenticator: Authenticator, pending: PromiseLike<Verdict>): Promise<Verdict> {
  const forget = () => {
    known.verdicts = known.verdicts.filter((each) => each !== learned);
  };
  const verdict = settling<Verdict>(
    pending,
    (settled) => {
      if (isFinal(settled)) learned.verdict = settled;
      else forget();
    },
    forget,
  );
  const learned: Learned = { authenticator, verdict };
  learn(known, learned);
  return verdict;
}

function isSame(some: readonly Authenticator[], others: readonly Authenticator[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}

/**
 * What is remembered of an answer: the answer itself as soon as it is there, so that the next call does not wait. Those who wait get
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
