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
  /**
   * What is wrong, in a word for the operator: it refuses this application, or its latest answers all said nothing of their tokens. Undefined while it
   * works, or where it does not answer.
   */
  readonly trouble: () => 'credentials_refused' | 'unusable_answers' | undefined;
}

/** How many unusable answers in a row are reported as trouble: a single token may provoke one. */
const UNUSABLE_IN_ROW = 5;

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
  let unusableInRow = 0;
  const ask = async (token: string) => {
    try {
      const answer = await calls.run(() => endpoint.ask(token));
      unusableInRow = 0;
      return answer;
    } catch (error) {
      if (error instanceof UnusableAnswerError) unusableInRow++;
      throw error;
    }
  };
  const trouble = () => {
    if (isOurFault(breaker.failure)) return 'credentials_refused';
    return unusableInRow >= UNUSABLE_IN_ROW ? 'unusable_answers' : undefined;
  };
  return { ask, breaker, trouble };
}

/** Credentials that are refused will be refused the next time: asking for every request would only lock this application out. */
function isOurFault(error: unknown): error is OwnCredentialsRefusedError {
  return error instanceof OwnCredentialsRefusedError;
}

/** An answer that one token provoked does not count for other tokens: otherwise a client could send such tokens and lock all callers out. */
function isOutage(error: unknown): boolean {
  return error instanceof AuthUnavailableError && !(error instanceof UnusableAnswerError);
}
