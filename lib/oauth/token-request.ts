import type { ClientAuth, DPoPHandle, TokenEndpointResponse } from 'oauth4webapi';
import { loadOAuth, type OAuth } from '../config/load-libraries.js';
import { AuthUnavailableError } from '../errors.js';
import type { OutgoingClient } from '../outgoing/outgoing-client.js';
import type { Signer } from './direct-authentication.js';
import type { EndpointLocation } from './endpoint-location.js';
import { fetchForTokens } from './fetch-through.js';
import type { IssuedToken } from './held-tokens.js';
import { secretsOf, serverSays } from './server-says.js';

/** A token endpoint, and how this application authenticates to it. */
export interface TokenEndpoint {
  readonly location: EndpointLocation;
  readonly client: OutgoingClient;
  readonly sign: Signer;
  /** Binds tokens to a key; undefined for bearer tokens. */
  readonly dpop?: DPoPHandle | undefined;
}

/** The request for a token. */
export interface Grant {
  /** The `grant_type`. */
  readonly type: string;
  /** Its parameters by name and value; a name may come several times. */
  readonly parameters: readonly (readonly [string, string])[];
}

/** The fields of a config that become parameters of every grant. */
interface GrantParameters {
  readonly optionalParams?: Readonly<Record<string, string>>;
  readonly scopes?: string | readonly string[];
}

/** The token endpoint answered with an error: it refuses the request or the client. */
export class TokenRefusal extends Error {
  /**
   * @param reason - the error code of the answer, a plain word. @see RFC 6749 §5.2
   * @param answer - its status and its explanation, in words that an error may hold.
   */
  constructor(
    readonly reason: string,
    readonly answer: string,
  ) {
    super(`The token endpoint refuses (${reason}): ${answer}.`);
  }
}

/** The token endpoint answers, but this answer has no usable token. One such answer is not an outage: a request may have provoked it. */
export class UnusableTokenAnswerError extends AuthUnavailableError {}

/** Answers of a gateway or an overloaded server: they are independent of the request. */
const OUTAGE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** A token that a header field can carry. @see RFC 6749 §A.12 */
const TOKEN = /^[\x21-\x7e]+$/;
/** Lifetime in seconds of a token whose answer has no `expires_in`. */
const DEFAULT_LIFE = 3600;

/** The `grant_type` of a token exchange. @see RFC 8693 §2.1 */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/**
 * Requests a token: a bearer token, or one that is bound to the key of the endpoint's `dpop`. Where the server wants a nonce in the proof, it is
 * asked a second time.
 *
 * @throws TokenRefusal if the token endpoint refuses.
 * @throws AuthUnavailableError if it gives no usable answer.
 * @see RFC 6749 §5
 */
export function requestToken(endpoint: TokenEndpoint, grant: Grant): Promise<TokenEndpointResponse> {
  return request(endpoint, grant, false);
}

/** @param isRetry - whether the server has told its nonce already: the library puts it into the next proof. @see RFC 9449 §8 */
async function request(endpoint: TokenEndpoint, grant: Grant, isRetry: boolean): Promise<TokenEndpointResponse> {
  const { location, client, sign, dpop } = endpoint;
  const { type, parameters } = grant;
  const library = await loadOAuth();
  const url = await location.locate();
  const as = { issuer: url.href, token_endpoint: url.href };
  // The signer writes the client's identifier, and a grant may have none.
  const me = { client_id: 'unused' };
  const exchange: TokenExchange = { where: `${url.origin}${url.pathname}`, secrets: [], status: undefined };
  const signed: ClientAuth = async (_as, _client, body, headers) => {
    await sign(body, headers);
    exchange.secrets = secretsOf(body, headers);
  };
  try {
    const pairs = parameters.map(([name, value]) => [name, value]);
    const response = await library.genericTokenEndpointRequest(as, me, signed, type, pairs, optionsOf(library, client, dpop));
    exchange.status = response.status;
    if (OUTAGE.has(response.status))
      throw new AuthUnavailableError(`The token endpoint ${exchange.where} is overloaded or down (${response.status}).`);
    // An exchanged token that is not an access token has the type N_A. It is sent as a bearer token as well. RFC 8693 §2.2.1
    const recognizedTokenTypes = type === TOKEN_EXCHANGE ? { n_a: () => {} } : {};
    return checked(await library.processGenericTokenEndpointResponse(as, me, response, { recognizedTokenTypes }), dpop !== undefined);
  } catch (error) {
    if (!isRetry && library.isDPoPNonceError(error)) return request(endpoint, grant, true);
    const described = error instanceof AuthUnavailableError ? error : describe(error, library, exchange);
    if (described instanceof AuthUnavailableError) location.doubt?.();
    throw described;
  }
}

function optionsOf({ allowInsecureRequests, customFetch }: OAuth, client: OutgoingClient, dpop: DPoPHandle | undefined) {
  // The URL was checked at boot, where http: is allowed for this machine.
  return { [customFetch]: fetchForTokens(client), [allowInsecureRequests]: true, ...(dpop && { DPoP: dpop }) };
}

/** What an error may say of a request for a token. */
interface TokenExchange {
  /** The URL without its query. */
  readonly where: string;
  /** What was sent in confidence. */
  secrets: readonly string[];
  status: number | undefined;
}

/** The token of an answer, and its lifetime. */
export function issuedToken(
  { access_token, expires_in, token_type }: TokenEndpointResponse,
  defaultTokenExpTime = DEFAULT_LIFE,
): IssuedToken {
  return { value: access_token, life: expires_in ?? defaultTokenExpTime, ...(token_type === 'dpop' && { scheme: 'DPoP' }) };
}

/** The parameters that every grant may have: those of the config and the scopes. @see RFC 6749 §3.3 */
export function commonParameters({ optionalParams = {}, scopes = [] }: GrantParameters): Grant['parameters'] {
  const scope = [scopes].flat().join(' ');
  return [...Object.entries(optionalParams), ...(scope === '' ? [] : [['scope', scope] as const])];
}

/** A server that does not know DPoP ignores the proof: its token would be a bearer token. @see RFC 9449 §5 */
function checked(answer: TokenEndpointResponse, isBound: boolean): TokenEndpointResponse {
  if ((answer.token_type === 'dpop') !== isBound)
    throw new UnusableTokenAnswerError(
      isBound
        ? 'The token endpoint answered with a token that is not bound to the key (its token_type is not DPoP).'
        : 'The token endpoint answered with a token that is not a bearer token.',
    );
  if (!TOKEN.test(answer.access_token))
    throw new UnusableTokenAnswerError('The token endpoint answered with a token that a header field cannot carry.');
  return answer;
}

/** The library's errors are not the cause: they contain the answer, and perhaps a token. */
function describe(
  error: unknown,
  { ResponseBodyError, WWWAuthenticateChallengeError }: OAuth,
  { where, secrets, status }: TokenExchange,
): Error {
  if (error instanceof WWWAuthenticateChallengeError) return new TokenRefusal('invalid_client', `status ${error.status}`);
  if (error instanceof ResponseBodyError && /^[\w.-]{1,60}$/.test(error.error))
    return new TokenRefusal(error.error, `status ${error.status}${serverSays(error.error_description, secrets)}`);
  const answer = status === undefined ? '' : ` (${status})`;
  return new UnusableTokenAnswerError(`The token endpoint ${where} did not give a usable answer${answer}.`);
}
