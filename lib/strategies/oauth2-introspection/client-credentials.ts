import {
  allowInsecureRequests,
  type Client,
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  customFetch,
  processClientCredentialsResponse,
  ResponseBodyError,
  type TokenEndpointResponse,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';
import { AuthUnavailableError } from '../../errors.js';
import type { OutgoingClient } from '../../http/outgoing-client.js';
import { OwnCredentialsRefusedError } from './answer.js';
import type { ClientAuthentication } from './client-authentication.js';
import type { ClientCredentialsAuthConfig } from './config.js';
import { fetchThrough } from './fetch-through.js';

const DEFAULT_LIFE = 3600;
const LONGEST_MARGIN = 30;

interface OwnToken {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
}

/** What {@link ClientCredentials} works with. */
export interface TokenEndpoint {
  readonly url: URL;
  readonly client: OutgoingClient;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Sends an access token of this application's own with every request: got when it is needed, kept until shortly before it expires, one flight at a time.
 *
 * @see RFC 6749 §4.4, RFC 7662 §2.1
 */
export class ClientCredentials implements ClientAuthentication {
  private token: OwnToken | undefined;
  private flight: Promise<OwnToken> | undefined;

  constructor(
    private readonly config: ClientCredentialsAuthConfig,
    private readonly endpoint: TokenEndpoint,
  ) {}

  async sign(_body: URLSearchParams, headers: Headers): Promise<void> {
    const { value } = await this.current();
    headers.set('authorization', bearer(value));
  }

  /** Only the token that was refused is forgotten: another request may have got a new one meanwhile. */
  renew(refused: Headers): void {
    if (this.token !== undefined && refused.get('authorization') === bearer(this.token.value)) this.token = undefined;
  }

  close(): Promise<void> {
    return this.endpoint.client.close();
  }

  private current(): Promise<OwnToken> {
    if (this.token !== undefined && this.endpoint.now() < this.token.renewAt) return Promise.resolve(this.token);
    this.flight ??= this.obtain().finally(() => {
      this.flight = undefined;
    });
    return this.flight;
  }

  private async obtain(): Promise<OwnToken> {
    const askedAt = this.endpoint.now();
    const { access_token: value, token_type: type, expires_in: given } = await this.ask();
    if (type !== 'bearer') throw new AuthUnavailableError('The token endpoint gives no bearer token.');
    const life = given ?? this.config.defaultTokenExpTime ?? DEFAULT_LIFE;
    const margin = this.config.clockSkew ?? Math.min(LONGEST_MARGIN, life / 10);
    this.token = { value, renewAt: askedAt + (life - margin) * 1000 };
    return this.token;
  }

  private async ask(): Promise<TokenEndpointResponse> {
    const { clientId, clientSecret, credentialBearer, scopes, optionalParams } = this.config;
    const { url, client } = this.endpoint;
    // The URL was checked at boot, where http: is allowed for this machine itself.
    const options = { [customFetch]: fetchThrough(client), [allowInsecureRequests]: true };
    const as = { issuer: url.href, token_endpoint: url.href };
    const me: Client = { client_id: clientId };
    const method = credentialBearer === 'POST_BODY_BEARER' ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret);
    const scope = typeof scopes === 'string' ? scopes : scopes?.join(' ');
    try {
      const response = await clientCredentialsGrantRequest(as, me, method, { ...optionalParams, ...(scope && { scope }) }, options);
      return await processClientCredentialsResponse(as, me, response);
    } catch (error) {
      throw error instanceof AuthUnavailableError ? error : describe(error);
    }
  }
}

/** The library's errors are not given as the cause: they carry the answer, and with it perhaps a token. */
function describe(error: unknown): AuthUnavailableError {
  const code = error instanceof ResponseBodyError && /^[\w.-]{1,60}$/.test(error.error) ? error.error : undefined;
  if (error instanceof WWWAuthenticateChallengeError || code !== undefined)
    return new OwnCredentialsRefusedError(`The token endpoint refuses this application (${code ?? '401'}).`);
  return new AuthUnavailableError('The token endpoint gives no usable answer.');
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}
