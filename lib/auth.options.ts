import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';
import type { ResourceAccessControl } from './access-control/access-rule.js';
import type { AuthEventSink } from './auth-event.js';
import type { Authorizer } from './authorizer.js';
import type { AuthClientConfig } from './client/auth-client.config.js';
import type { AuthEntry, SchemeConfig } from './decorators/auth-entry.js';
import type { WebSocketOptions } from './http/web-socket.config.js';
import type { SharedState, SharedStateConfig } from './memory/shared-state.js';
import type { ClientConfig } from './outgoing/client-config.js';
import type { EnricherCacheConfig, PrincipalEnricher } from './principal-enricher.js';
import type { GuardOrderOption, ResponseBody, RpcOptions, UnannotatedPolicy } from './resolved-options.js';
import type { ResourceConfig } from './resource.config.js';
import type { RevocationConfig } from './revocation/revocation.js';
import type { AuthStrategy } from './strategies/strategy.js';

/** The values that configure the module; they may come from a factory. */
export interface AuthModuleOptions {
  /**
   * Named entries, so that URLs and secrets are written once and come from configuration. A list of names is a group: its name stands
   * for its schemes, in that order. `anonymous` is reserved.
   */
  readonly schemes?: Readonly<Record<string, SchemeConfig | readonly string[]>>;
  /** The entries for routes without a declaration of their own or of their service; `false` opens them. */
  readonly defaultAuth?: readonly AuthEntry[] | false;
  /**
   * What to do with a route that nothing covers.
   * @defaultValue 'error'
   */
  readonly unannotated?: UnannotatedPolicy;
  /** Access rules by path and method, for routes that neither a resource nor a service declares. */
  readonly resourceAccessControl?: ResourceAccessControl;
  /** The paths that are meant to be open although no guard runs there, as globs: `/docs/*`. The boot does not report them. */
  readonly rawRoutes?: readonly string[];
  /**
   * What to do with a secured access rule that covers neither a route nor what `AuthService.protect()` guards: stop the boot, or warn.
   * @defaultValue 'error' for rules in the options, 'warn' for those of a file
   */
  readonly uncoveredRules?: 'error' | 'warn';
  /** The defaults for calls to other servers: for every `clientConfig`, field by field; `customHeaders` by name. LDAP has fields of its own. */
  readonly outgoing?: ClientConfig;
  /** The services that this application calls, by the name that `@InjectAuthClient()` gives, and who it is for them. */
  readonly clients?: Readonly<Record<string, AuthClientConfig>>;
  /** The permissions of each role. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** Remembers what the enricher returned, for callers that it admitted; without it, the enricher is asked for each request. */
  readonly enricherCache?: EnricherCacheConfig;
  /**
   * Whether the guard runs before all other global guards (`'first'`, except those of `guardsBefore`), or in Nest's own order.
   * Request-scoped global guards always run after it.
   * @defaultValue 'imported'
   */
  readonly guardOrder?: GuardOrderOption;
  /** Global guards that are meant to run before this one, such as `ThrottlerGuard`: the boot does not report them. */
  readonly guardsBefore?: readonly Type<CanActivate>[];
  /**
   * The protection space that challenges name.
   * @defaultValue 'api'
   * @see RFC 9110 §11.5
   */
  readonly realm?: string;
  /**
   * The body of a refusal.
   * @defaultValue 'json'
   */
  readonly responseBody?: ResponseBody;
  /**
   * The property of the request that holds the principal, beside `@CurrentPrincipal()`. On Express every request has it from the
   * start, `undefined` until a caller is admitted.
   * @defaultValue 'user'
   */
  readonly principalProperty?: string;
  /**
   * Whether a denial says step by step what was tried, what was required and what the caller held: in the event and the log, with
   * `'body'` in the answer, too. For development only.
   * @defaultValue false
   */
  readonly explain?: boolean | 'body';
  /**
   * Addresses and CIDR ranges of the proxies whose forwarded client certificates and `X-Forwarded-For` are trusted;
   * `'unix'` for a proxy that connects over a Unix domain socket.
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Where clients reach this application, or several such places: `https://api.example.com`, also with a path that stands before every
   * request's. A token in a cookie counts in requests from these origins.
   */
  readonly publicUrl?: string | readonly string[];
  /** The origins of the sites that may send requests with a token in a cookie, as browsers write them: `https://app.example.com`. */
  readonly allowedOrigins?: readonly string[];
  /** This application as a protected resource: its metadata for clients and agents, and the audience of tokens. */
  readonly resource?: ResourceConfig;
  /**
   * The longest bearer token that is looked at, in characters, wherever it is. Node has its own limit for all header fields together:
   * 16 KiB, unless the server has another `maxHeaderSize`.
   * @defaultValue 16384
   */
  readonly maxTokenLength?: number;
  /** How WebSocket connections are authenticated: where their tokens are, and what happens when they expire. */
  readonly webSocket?: WebSocketOptions;
  /**
   * What several instances of the application remember together: failed logins, DPoP proofs, revocations, and introspection answers where
   * `cacheConfig.shared` is on. `redisState()` of `nest-service-auth/redis` makes one. Without it, each process remembers for itself.
   */
  readonly sharedState?: SharedState | SharedStateConfig;
  /** Lets `AuthService.revoke()` refuse tokens before they expire; without it, nothing can be revoked, and requests are not checked for it. */
  readonly revocation?: RevocationConfig;
  /** How calls of microservices are answered. */
  readonly rpc?: RpcOptions;
}

/** What a class must have that `forRootAsync({ useClass })` or `forRootAsync({ useExisting })` names. */
export interface AuthOptionsFactory {
  /** Returns the options. It is called once, when the application boots. */
  create(): AuthModuleOptions | Promise<AuthModuleOptions>;
}

/** The classes that extend the module; they are known before any factory runs. */
export interface AuthModuleExtras {
  /** Modules whose providers the classes below need. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  /** Custom strategies. */
  readonly strategies?: readonly Type<AuthStrategy>[];
  /** Custom authorization rules. */
  readonly authorizers?: readonly Type<Authorizer<unknown>>[];
  /** Adds to each caller what the application knows of it. */
  readonly enricher?: Type<PrincipalEnricher>;
  /** Receives every denial; the default writes one line to Nest's logger. */
  readonly eventSink?: Type<AuthEventSink>;
}
