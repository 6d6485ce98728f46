import type { AccessTokens } from '../http/access-tokens.js';
import type { AuthRequest } from '../http/auth-request.js';
import type { Challenge } from '../http/challenge.js';
import type { CredentialForm } from '../http/credential-form.js';
import type { RouteMethods } from '../http/route-methods.js';
import type { SharedStateAccess } from '../memory/shared-state.js';
import type { ClientConfig } from '../outgoing/client-config.js';
import type { BreakerState, DependencyHealth, Tally } from '../outgoing/dependency-health.js';
import type { AuthMethod, Principal } from '../principal.js';

/**
 * The configs that an entry may carry inline, by config key. A custom strategy adds its own by declaration merging.
 *
 * @example
 * ```ts
 * declare module 'nest-service-auth' {
 *   interface AuthSchemeConfigs { apiKeyConfig: ApiKeyConfig }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: every strategy merges its own config into it
export interface AuthSchemeConfigs {}

/** The request has no credentials for this strategy. */
export interface Absent {
  /** Distinguishes the verdicts. */
  readonly outcome: 'absent';
}

/** The credentials are valid. */
export interface Accepted {
  /** Distinguishes the verdicts. */
  readonly outcome: 'accepted';
  /** The caller. */
  readonly principal: Principal;
}

/** The request has credentials, and they are rejected. The reason goes to the log and the event, never to the client. */
export interface Rejected {
  /** Distinguishes the verdicts. */
  readonly outcome: 'rejected';
  /** A stable code in snake case: `expired`, `bad_signature`, … */
  readonly reason: string;
  /** Seconds that the caller must wait before it tries again: it is answered 429. */
  readonly retryAfter?: number;
  /** Describes what was expected and what was received, for the log and the event; called when it is read. It contains no credential. */
  readonly detail?: () => string;
  /** The same with values that identify the caller: it is called only where the `explain` option is on, in place of `detail`. */
  readonly explanation?: () => string;
  /**
   * The status of the answer where no other entry admits the caller: 400 for credentials that are ambiguous, 403 for credentials that do
   * not count where they came from.
   * @defaultValue 401
   */
  readonly status?: 400 | 403;
  /** The authentication scheme under which the credentials came, where the authenticator has several: `DPoP`. */
  readonly scheme?: string;
}

/** The result of a strategy for a request. */
export type Verdict = Absent | Accepted | Rejected;

/** What an authenticator has counted since the application booted: metrics are read from it. */
export interface AuthenticatorStats {
  /** How often the cache of verified credentials was asked, and knew the answer. */
  readonly cache?: {
    /** How often it knew. */
    readonly hits: number;
    /** How often it did not. */
    readonly misses: number;
  };
  /** The calls to what it depends on. */
  readonly dependency?: Tally & {
    /** What it is: `jwks`, `introspection`, `ldap`. */
    readonly name: string;
    /** Whether calls are let through; undefined where nothing ever holds them back. */
    readonly breaker?: BreakerState;
  };
}

/** Why a caller with good credentials is refused. */
export interface Denial {
  /** A stable code: `insufficient_scope`, `refused_by_authorizer`, … */
  readonly reason: string;
  /** What the requirement that is not met adds to a challenge, such as `scope`; empty where it adds nothing. */
  readonly required: Readonly<Record<string, string>>;
  /** The caller; undefined where the strategy itself refused it. */
  readonly principal?: Principal;
}

/** What an authenticator adds to the answer to a caller that it did not admit. */
export interface ChallengeAnswer {
  /** One of its own challenges, with the parameters that are added to it. */
  readonly challenge: Challenge;
  /** Further header fields of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One prepared config: it authenticates every request. */
export interface Authenticator {
  /** The challenges of a 401: what the client must send. */
  readonly challenges: readonly Challenge[];
  /**
   * How clients send the credentials, where there are several ways one line for each: for a description of the API.
   * @defaultValue in the `Authorization` field, with the schemes of the challenges; for `ClientCertificate`, as a client certificate
   */
  readonly credentials?: readonly CredentialForm[];
  /** The access tokens that it accepts; undefined where its credentials are not access tokens. */
  readonly accessTokens?: AccessTokens;
  /**
   * What is added to a 401 where this authenticator rejected the credentials. Left out together with {@link onForbidden}, a `Bearer`
   * challenge is answered as RFC 6750 says, and nothing is added to others.
   */
  onRejected?(verdict: Rejected): ChallengeAnswer | undefined;
  /** The challenge of a 403, where this authenticator accepted a caller that does not meet the requirements. */
  onForbidden?(denial: Denial): ChallengeAnswer | undefined;
  /**
   * The challenge of a 401, where the caller must authenticate again: `denial.required` has `acr_values` and `max_age`. Without it, entries
   * of this authenticator cannot require `acr` and `maxAuthAge`. @see RFC 9470 §3
   */
  onStepUp?(denial: Denial): ChallengeAnswer | undefined;
  /**
   * Looks at the request's credentials. An answer that needs no I/O should be returned as it is, not as a promise.
   *
   * @param methods - the request methods that the handler is declared for; `all` where it is not known.
   * @throws AuthUnavailableError (or anything else) only when it could not find out: the caller gets 503.
   */
  authenticate(request: AuthRequest, methods?: RouteMethods): Verdict | Promise<Verdict>;
  /** What it has counted, without I/O; undefined if there is nothing to count. */
  stats?(): AuthenticatorStats | undefined;
  /**
   * The state of what it depends on, within a few seconds and without credentials of callers; undefined if it depends on nothing.
   * It may call what should be asked again anyway: requests may be kept away for as long as the answer is `down`.
   */
  health?(): DependencyHealth | undefined | Promise<DependencyHealth | undefined>;
  /** Lets go of connections and timers when the application closes. */
  close?(): void | Promise<void>;
}

/** The part of an authenticator that says how its denials are answered. */
export type Mechanism = Pick<Authenticator, 'challenges' | 'onRejected' | 'onForbidden' | 'onStepUp'>;

/**
 * A way to authenticate: an injectable class, one instance per application, given to `AuthModule.forRoot({ strategies })`.
 *
 * @typeParam C - the shape of its config.
 */
export interface AuthStrategy<C = unknown> {
  /** The key under which an entry carries this strategy's config: `jwtValidatorConfig`, `apiKeyConfig`, … */
  readonly configKey: string;
  /**
   * The method of its principals, for tests that override the authentication.
   * @defaultValue the config key without `Config`
   */
  readonly method?: AuthMethod;
  /**
   * How denials are answered where no config is prepared, as in a test that overrides the authentication.
   * @defaultValue a `Bearer` challenge
   */
  readonly mechanism?: Mechanism;
  /**
   * Validates a config, loads keys and builds caches: once per distinct config, at boot.
   *
   * @param name - the scheme's name, or the config key of an inline entry: what `Principal.scheme` should say.
   * @throws AuthConfigurationError with paths relative to the config.
   */
  prepare(config: C, name: string): Authenticator | Promise<Authenticator>;
}

/** What the application offers to a strategy: inject it by this class. */
export abstract class StrategyHost {
  /** Addresses and CIDR ranges of the proxies whose forwarded certificates and addresses count; `unix` for Unix domain sockets. */
  abstract readonly trustedProxies: readonly string[];
  /** The defaults for calls to other servers: the option `outgoing`. */
  readonly outgoing?: ClientConfig;
  /** How long a token may be, in characters; 16384 by default. */
  readonly maxTokenLength?: number;
  /** The application's own origins, and those of the sites that may send its cookies: `https://app.example.com`. */
  readonly allowedOrigins?: readonly string[];
  /** What the instances of the application remember together; undefined where each process remembers for itself: the option `sharedState`. */
  readonly sharedState?: SharedStateAccess;
  /** The audiences that tokens must have where a config does not say: those of the option `resource`. */
  readonly audiences?: readonly string[];
  /** Writes one line for the operator. Never pass it a credential. */
  abstract warn(message: string): void;
}

/** The verdict for a request without credentials of the asked kind. */
export const ABSENT: Absent = Object.freeze({ outcome: 'absent' });

/** Makes the verdict for good credentials. */
export function accepted(principal: Principal): Accepted {
  return Object.freeze({ outcome: 'accepted', principal });
}

/** Makes the verdict for bad credentials, with the words for the log if there are any. */
export function rejected(reason: string, words?: Pick<Rejected, 'detail' | 'explanation'>): Rejected {
  return Object.freeze(words === undefined ? { outcome: 'rejected', reason } : { ...words, outcome: 'rejected', reason });
}
