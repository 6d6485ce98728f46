import { AuthUnavailableError, textOf } from '../errors.js';
import {
  type Grant,
  requestToken,
  TOKEN_EXCHANGE,
  type TokenEndpoint,
  TokenRefusal,
  UnusableTokenAnswerError,
} from '../oauth/token-request.js';
import { openClientTelemetry, type TokenFailure } from '../observe/client-telemetry.js';
import type { Surroundings } from '../outgoing/surroundings.js';
import { WatchedCalls } from '../outgoing/watched-calls.js';
import { TokenRefusedError } from './token-refused.error.js';

type Answer = Awaited<ReturnType<typeof requestToken>>;

/** Error codes with which a token endpoint refuses the client rather than the request. @see RFC 6749 §5.2 */
const OURS: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

/**
 * Requests tokens from one token endpoint. If it does not answer, it is not called for some seconds.
 *
 * @param client - the client's name, which every error contains.
 * @returns the function that requests a token. It throws TokenRefusedError or AuthUnavailableError.
 */
export function askerOf(client: string, endpoint: TokenEndpoint, { clock, warn }: Surroundings): (grant: Grant) => Promise<Answer> {
  const { name } = endpoint.location;
  const where = `${name.origin}${name.pathname}`;
  const calls = new WatchedCalls({
    name: 'The token endpoint',
    // An answer that the token of one caller provoked is not an outage.
    counts: (error) => error instanceof AuthUnavailableError && !(error instanceof UnusableTokenAnswerError),
    opensAtOnce: (error) => error instanceof LastingRefusal,
    describe: (failure) => describeOpening(failure, where),
    clock,
    warn,
  });
  const telemetry = openClientTelemetry(client);
  return async (grant) => {
    const request = () => requestToken(endpoint, grant);
    const observed = telemetry === undefined ? request : () => telemetry.observe(grant.type, request, (error) => failureOf(error, grant));
    const marked = () =>
      observed().catch((error: unknown) =>
        Promise.reject(isLasting(error, grant) ? new LastingRefusal(error.reason, error.answer) : error),
      );
    try {
      return await calls.run(marked);
    } catch (error) {
      throw named(refusalBehind(error) ?? error, client, where);
    }
  };
}

/** A refusal that the next request would receive as well. More requests could lock this application out. */
class LastingRefusal extends TokenRefusal {}

/** The refusal of one caller's token does not apply to the next caller's. The refusal of the client applies to all. */
function isLasting(error: unknown, { type }: Grant): error is TokenRefusal {
  return error instanceof TokenRefusal && (type !== TOKEN_EXCHANGE || error.reason === 'invalid_client');
}

/** The refusal because of which the endpoint is not called for now. */
function refusalBehind(error: unknown): TokenRefusal | undefined {
  const cause = error instanceof AuthUnavailableError ? error.cause : undefined;
  return cause instanceof LastingRefusal ? cause : undefined;
}

function describeOpening(failure: unknown, where: string): string {
  const what =
    failure instanceof TokenRefusal
      ? describeRefusal(failure, where)
      : `the token endpoint ${where} failed several times in a row. The last failure: ${textOf(failure)}`;
  return `${what} The next attempt follows in a few seconds.`;
}

function failureOf(error: unknown, { type }: Grant): TokenFailure {
  if (!(error instanceof TokenRefusal))
    return { outcome: 'unavailable', errorType: error instanceof UnusableTokenAnswerError ? 'unusable_answer' : 'unavailable' };
  const { reason } = error;
  // Only a token exchange sends the token of a caller. With other grants every refusal is about this application.
  const isOurs = type !== TOKEN_EXCHANGE || OURS.has(reason);
  return { outcome: 'refused', reason, ...(isOurs && { errorType: reason }) };
}

function named(error: unknown, client: string, where: string): unknown {
  if (error instanceof TokenRefusal) return new TokenRefusedError(client, error.reason, describeRefusal(error, where));
  if (!(error instanceof AuthUnavailableError)) return error;
  const { message, cause, retryAfter } = error;
  const details = { ...(cause !== undefined && { cause }), ...(retryAfter !== undefined && { retryAfter }) };
  return new AuthUnavailableError(`AuthClient "${client}": no token. ${message}`, details);
}

function describeRefusal({ reason, answer }: TokenRefusal, where: string): string {
  const said = `The answer: ${answer}.`;
  if (OURS.has(reason))
    return `the token endpoint ${where} refuses this application (${reason}). Check clientId and its secret, key or certificate. ${said}`;
  return `the token endpoint ${where} refuses a token (${reason}). ${said}`;
}
