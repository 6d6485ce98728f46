import { AuthUnavailableError } from '../errors.js';
import {
  type Grant,
  requestToken,
  TOKEN_EXCHANGE,
  type TokenEndpoint,
  TokenRefusal,
  UnusableTokenAnswerError,
} from '../oauth/token-request.js';
import { openClientTelemetry, type TokenFailure } from '../observe/client-telemetry.js';
import { OncePerOutage } from '../operator/once-per-outage.js';
import { CircuitBreaker } from '../outgoing/circuit-breaker.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import { TokenRefusedError } from './token-refused.error.js';

type Answer = Awaited<ReturnType<typeof requestToken>>;

/** Codes by which a token endpoint refuses the client rather than what it asks for. @see RFC 6749 §5.2 */
const OURS: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

/**
 * Asks one token endpoint for tokens: one that does not answer is left alone for some seconds.
 *
 * @param client - the client's name, which every error says.
 * @returns the function that asks. It throws TokenRefusedError, or AuthUnavailableError.
 */
export function askerOf(client: string, endpoint: TokenEndpoint, { clock, warn }: Surroundings): (grant: Grant) => Promise<Answer> {
  const where = `${endpoint.url.origin}${endpoint.url.pathname}`;
  const outage = new OncePerOutage((message) => warn(`AuthClient "${client}": ${message}`));
  const breaker = new CircuitBreaker({
    name: 'The token endpoint',
    // What the token of one caller provokes is no outage.
    counts: (error) => error instanceof AuthUnavailableError && !(error instanceof UnusableTokenAnswerError),
    opensAtOnce: (error) => error instanceof LastingRefusal,
    onOpen: () => outage.report(describeOpening(breaker.failure, where)),
    clock,
  });
  const telemetry = openClientTelemetry(client);
  return async (grant) => {
    const request = () => requestToken(endpoint, grant);
    const observed = telemetry === undefined ? request : () => telemetry.observe(grant.type, request, (error) => failureOf(error, grant));
    const marked = () =>
      observed().catch((error: unknown) => Promise.reject(isLasting(error, grant) ? new LastingRefusal(error.reason) : error));
    try {
      const answer = await breaker.run(marked);
      outage.over();
      return answer;
    } catch (error) {
      throw named(refusalBehind(error) ?? error, client, where);
    }
  };
}

/** A refusal that the next request would meet, too: asking again for each would only lock this application out. */
class LastingRefusal extends TokenRefusal {}

/** What the token of a caller is refused for says nothing of the next caller's; a client that is not known is not known for anybody. */
function isLasting(error: unknown, { type }: Grant): error is TokenRefusal {
  return error instanceof TokenRefusal && (type !== TOKEN_EXCHANGE || error.reason === 'invalid_client');
}

/** While the endpoint is left alone because of a refusal, that is what callers meet. */
function refusalBehind(error: unknown): TokenRefusal | undefined {
  const cause = error instanceof AuthUnavailableError ? error.cause : undefined;
  return cause instanceof LastingRefusal ? cause : undefined;
}

function describeOpening(failure: unknown, where: string): string {
  const what =
    failure instanceof TokenRefusal ? describeRefusal(failure.reason, where) : `the token endpoint ${where} failed several times in a row.`;
  return `${what} It is asked again in a few seconds.`;
}

function failureOf(error: unknown, { type }: Grant): TokenFailure {
  if (!(error instanceof TokenRefusal))
    return { outcome: 'unavailable', errorType: error instanceof UnusableTokenAnswerError ? 'unusable_answer' : 'unavailable' };
  const { reason } = error;
  // Only an exchange asks with what somebody else has sent: everything else is this application's own.
  const isOurs = type !== TOKEN_EXCHANGE || OURS.has(reason);
  return { outcome: 'refused', reason, ...(isOurs && { errorType: reason }) };
}

function named(error: unknown, client: string, where: string): unknown {
  if (error instanceof TokenRefusal) return new TokenRefusedError(client, error.reason, describeRefusal(error.reason, where));
  if (!(error instanceof AuthUnavailableError)) return error;
  const { message, cause, retryAfter } = error;
  const details = { ...(cause !== undefined && { cause }), ...(retryAfter !== undefined && { retryAfter }) };
  return new AuthUnavailableError(`AuthClient "${client}": no token. ${message}`, details);
}

function describeRefusal(reason: string, where: string): string {
  if (OURS.has(reason))
    return `the token endpoint ${where} refuses this application (${reason}). Check clientId and its secret, key or certificate.`;
  return `the token endpoint ${where} gives no token (${reason}).`;
}
