import type { Clock } from '../../clock.js';
import { AuthUnavailableError } from '../../errors.js';
import { CircuitBreaker } from '../circuit-breaker.js';
import { OncePerOutage } from '../once-per-outage.js';
import { type IntrospectionAnswer, OwnCredentialsRefusedError, UnusableAnswerError } from './answer.js';
import type { IntrospectionEndpoint } from './endpoint.js';

/** What {@link watch} needs besides the endpoint. */
export interface WatchOptions {
  /** The scheme's name, for messages. */
  readonly scheme: string;
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
}

/**
 * Asks an endpoint for as long as it answers: one that does not is left alone for some seconds, and the operator is told once per outage.
 */
export function watch(endpoint: IntrospectionEndpoint, { scheme, warn, clock }: WatchOptions): WatchedEndpoint {
  const outage = new OncePerOutage((message) => warn(`"${scheme}": ${message}`));
  const breaker = new CircuitBreaker({
    name: 'The introspection endpoint',
    counts: isOutage,
    onOpen: () => outage.report('the introspection endpoint failed several times in a row; requests get 503 until it answers again.'),
    clock,
  });
  const ask = async (token: string) => {
    try {
      const answer = await endpoint.ask(token);
      outage.over();
      return answer;
    } catch (error) {
      if (error instanceof OwnCredentialsRefusedError) outage.report(`${error.message} Check clientConfig.auth.`);
      throw error;
    }
  };
  return { ask: (token) => breaker.run(() => ask(token)), breaker };
}

/** An answer that one token provoked says nothing of the others: otherwise anybody could send such tokens and lock everybody out. */
function isOutage(error: unknown): boolean {
  return error instanceof AuthUnavailableError && !(error instanceof UnusableAnswerError);
}
