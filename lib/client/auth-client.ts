import { AuthConfigurationError } from '../errors.js';
import { requestOfCaller } from '../http/caller-request.js';
import { type FrameworkRequest, requestOf, wireRequest } from '../http/wire-request.js';
import { RESERVED_HEADERS } from '../outgoing/client-config.js';
import type { CustomHeaders } from '../outgoing/custom-headers.js';
import { exchange, streamedExchange, type Wire } from '../outgoing/exchange.js';
import { isReplayable } from '../outgoing/redirect.js';
import type { Principal } from '../principal.js';
import { answerTo, outgoingBody, type PreparedRequest } from './answer-to.js';
import { attachTo, type MessageClient, messageFields } from './attach.js';
import { callerTokenOf } from './caller-token.js';
import type { Credential } from './credential.js';
import type { Destination } from './destination.js';
import { asksForNonce } from './dpop-key.js';
import { FetchFailedError } from './fetch-failed.error.js';
import { inTrace, outgoingTrace, type TraceContext, traceContextOf } from './trace-context.js';

/** The options of {@link AuthClient.fetch}: those of the standard, and more. */
export interface AuthClientInit extends RequestInit {
  /**
   * Streams the answer, for long downloads and server-sent events: `timeout` then bounds the wait for the header and every pause,
   * and there is no limit of size. Read the body to its end, or cancel it: its connection is not free before.
   * @defaultValue false: `fetch` reads the whole answer
   */
  readonly streaming?: boolean;
}

/** @internal The parts of an {@link AuthClient}. */
export interface AuthClientParts {
  readonly destination: Destination;
  readonly credential: Credential;
  readonly wire: Wire;
  /** The client's name. */
  readonly name: string;
  /** The largest body of an answer in bytes, unless it is streamed. */
  readonly maxBytes: number;
  /** Header fields of the config. */
  readonly customHeaders: CustomHeaders;
}

/** The caller and the trace of an incoming request. */
interface Incoming {
  readonly callerToken?: string;
  /** Undefined if outgoing requests do not continue a trace. */
  readonly trace?: TraceContext;
}

/** Calls one service with credentials: inject it with `@InjectAuthClient()`. */
export class AuthClient {
  /** The name under which it is configured. */
  readonly name: string;

  /** @internal Created by the module. */
  constructor(
    private readonly parts: AuthClientParts,
    private readonly incoming: Incoming = {},
  ) {
    this.name = parts.name;
  }

  /**
   * Makes a request as the standard's `fetch` does, with the client's credentials. A relative URL is below `baseUrl`. When the service answers 401,
   * a new token is obtained and the request is repeated once, if its body is not a stream. Redirects are followed within the origin.
   *
   * @throws FetchFailedError (a `TypeError`, as the standard requires) if no whole answer came, or the URL is not one that the client may call.
   * @throws TokenRefusedError if the token endpoint refuses this application, or the caller's token.
   * @throws AuthUnavailableError if the token endpoint cannot be reached.
   * @see https://fetch.spec.whatwg.org/
   */
  async fetch(input: string | URL | Request, init: AuthClientInit = {}): Promise<Response> {
    return inTrace(this.incoming.trace, () => this.request(input, init));
  }

  private async request(input: string | URL | Request, init: AuthClientInit): Promise<Response> {
    const { credential, wire } = this.parts;
    const { callerToken } = this.incoming;
    this.checkCaller();
    const request = await this.prepare(input, init);
    const authorization = await credential.authorization(callerToken);
    const send = init.streaming === true ? streamedExchange : exchange;
    const answer = (value: string | undefined) => answerTo(send, wire, request, value, credential.dpop);
    const response = await answer(authorization);
    if (response.status !== 401 || authorization === undefined) return response;
    // The nonce was wrong, not the token, and the body cannot be sent again with the new one.
    if (credential.dpop !== undefined && !isReplayable(request.body) && asksForNonce(response)) return response;
    const isWorthIt = credential.refuse?.(authorization, callerToken) === true && isReplayable(request.body);
    if (!isWorthIt) return response;
    await response.body?.cancel();
    return answer(await credential.authorization(callerToken));
  }

  /**
   * The same client for the caller of `request`: its bearer token is exchanged for one that the service accepts, and the request's trace goes on.
   * Pass the request that the guard admitted.
   *
   * @throws TokenRefusedError if the request has no bearer token, or one that is bound to a key of the caller.
   * @throws AuthConfigurationError if the client has no `oauth2TokenExchangeGrantConfig`: its credentials are not the caller's.
   * @see RFC 8693
   */
  onBehalfOf(request: FrameworkRequest): AuthClient {
    const incoming = wireRequest(request);
    if (!this.parts.credential.ofCaller) throw new AuthConfigurationError(describeOwnCredentials(this.name));
    return new AuthClient(this.parts, { callerToken: callerTokenOf(incoming, this.name), trace: traceContextOf(incoming) });
  }

  /** The same client, whose requests belong to the trace of `request`: `traceparent` and `tracestate` are passed on. @see W3C Trace Context */
  inTraceOf(request: FrameworkRequest): AuthClient {
    return new AuthClient(this.parts, { ...this.incoming, trace: traceContextOf(wireRequest(request)) });
  }

  /**
   * The header fields of one message: `authorization`, and the trace that it belongs to.
   *
   * @param principal - the caller of the message that is being handled: its token is exchanged. With a request, call `onBehalfOf(request)` first.
   * @throws AuthConfigurationError where tokens are bound to a key: messages have no proofs.
   */
  async rpcHeaders(principal?: Principal): Promise<Record<string, string>> {
    if (principal !== undefined) return this.onBehalfOf(requestOfCaller(principal) ?? requestOf(undefined)).rpcHeaders();
    this.checkMessages();
    return messageFields(await this.parts.credential.authorization(this.incoming.callerToken), this.incoming.trace);
  }

  /**
   * Adds the fields of {@link rpcHeaders} to every message that a client of microservices sends, in the place that its transporter has.
   *
   * @throws AuthConfigurationError for a client whose messages have no place for them, and where tokens are bound to a key.
   */
  attach<T extends MessageClient>(client: T): T {
    this.checkMessages();
    const [{ credential }, { callerToken, trace }] = [this.parts, this.incoming];
    attachTo(client, this.name, {
      renew: async () => credential.authorization(callerToken),
      fieldsOf: (value) => messageFields(value, trace),
    });
    return client;
  }

  /** @internal Closes connections and forgets tokens. */
  async close(): Promise<void> {
    await Promise.all([this.parts.credential.close?.(), this.parts.wire.close()]);
  }

  private checkCaller(): void {
    if (this.parts.credential.ofCaller && this.incoming.callerToken === undefined)
      throw new AuthConfigurationError(describeMissingCaller(this.name));
  }

  private checkMessages(): void {
    this.checkCaller();
    if (this.parts.credential.dpop !== undefined) throw new AuthConfigurationError(describeBoundMessages(this.name));
  }

  private async prepare(input: string | URL | Request, init: AuthClientInit): Promise<PreparedRequest> {
    const url = this.parts.destination.resolve(input instanceof Request ? input.url : String(input));
    // `duplex` is required for a stream and ignored otherwise.
    const request = new Request(input instanceof Request ? input : url, { duplex: 'half', ...init });
    if (request.headers.has('authorization') && this.parts.credential.authorizes)
      throw new FetchFailedError(this.name, 'invalid_request', 'the request has an Authorization field, which auth writes.');
    return {
      url,
      method: request.method,
      headers: this.headersOf(request, await this.parts.customHeaders()),
      body: await outgoingBody(request, init.body),
      redirect: request.redirect,
      signal: request.signal,
      maxBytes: this.parts.maxBytes,
    };
  }

  /** Fields of the connection are ignored, as the standard ignores forbidden header names: those of an incoming request can be passed on. */
  private headersOf({ headers }: Request, customHeaders: Readonly<Record<string, string>>): Record<string, string> {
    const own = [...headers].filter(([name]) => !RESERVED_HEADERS.has(name));
    return {
      accept: '*/*',
      ...customHeaders,
      ...(this.incoming.trace && outgoingTrace(this.incoming.trace)),
      ...Object.fromEntries(own),
    };
  }
}

function describeMissingCaller(name: string): string {
  return `AuthClient "${name}" exchanges the token of a caller: call onBehalfOf(request).fetch(…).`;
}

function describeOwnCredentials(name: string): string {
  return `AuthClient "${name}" has no oauth2TokenExchangeGrantConfig: it cannot call on behalf of a caller. To pass on the trace only, call inTraceOf(request).`;
}

function describeBoundMessages(name: string): string {
  return `AuthClient "${name}" has dpop: true, and the proofs of RFC 9449 belong to HTTP requests: messages cannot carry them. Configure a client without dpop for messages.`;
}
