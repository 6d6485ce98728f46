import type { Clock } from '../../clock.js';
import { AuthUnavailableError, textOf } from '../../errors.js';
import type { CircuitBreaker } from '../../outgoing/circuit-breaker.js';
import { WatchedCalls } from '../../outgoing/watched-calls.js';
import { type IntrospectionAnswer, OwnCredentialsRefusedError, UnusableAnswerError } from './answer.js';
import type { IntrospectionEndpoint } from './endpoint.js';

/** What {@link watch} needs besides the endpoint. */
export interface WatchOptions {
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  readonly clock: Clock;
}

/** An endpoint that is left alone while it does not answer. */
export interface WatchedEndpoint {
  /** Asks about a token. */
  readonly ask: (token: string) => Promise<IntrospectionAnswer>;
  /** Whether it is asked at present. */
  readonly breaker: Pick<CircuitBreaker, 'state' | 'tally'>;
  /** Why it is not asked at present, in a word for the operator; undefined while it is asked, or where it just does not answer. */
  readonly trouble: () => 'credentials_refused' | undefined;
}

/**
 * Asks an endpoint for as long as it answers: one that does not, or refuses this application, is left alone for some seconds, and the operator is told once per
 * outage.
 */
export function watch(endpoint: IntrospectionEndpoint, { warn, clock }: WatchOptions): WatchedEndpoint {
  const calls = new WatchedCalls({
    name: 'The introspection endpoint',
    counts: isOutage,
    opensAtOnce: isOurFault,
    describe: (failure) =>
      isOurFault(failure)
        ? `${failure.message} Requests get 503, and it is asked once in a few seconds. Check clientConfig.auth.`
        : `The introspection endpoint failed several times in a row. Requests get 503 until it answers again. The last failure: ${textOf(failure)}`,
    clock,
    warn,
  });
  const { breaker } = calls;
  const trouble = () => (isOurFault(breaker.failure) ? 'credentials_refused' : undefined);
  return { ask: (token) => calls.run(() => endpoint.ask(token)), breaker, trouble };
}

/** Credentials that are refused will be refused the next time: asking for every request would only lock this application out. */
function isOurFault(error: unknown): error is OwnCredentialsRefusedError {
  return error instanceof OwnCredentialsRefusedError;
}

/** An answer that one token provoked says nothing of the others: otherwise anybody could send such tokens and lock everybody out. */
function isOutage(error: unknown): boolean {
  return error instanceof AuthUnavailableError && !(error instanceof UnusableAnswerError);
}
