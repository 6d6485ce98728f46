import { IncomingMessage } from 'node:http';
import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';
import * as z from 'zod';
import type { ResourceAccessControl } from './access-control/access-rule.js';
import type { AuthEventSink } from './auth-event.js';
import type { Authorizer } from './authorizer.js';
import type { AuthClientConfig } from './client/auth-client.config.js';
import { chosen, fields, optional, parseConfig, text } from './config/schema.js';
import type { AuthEntry, SchemeConfig } from './decorators/auth-entry.js';
import { DEFAULT_MAX_TOKEN_LENGTH } from './http/authorization.js';
import { isPlainParameter } from './http/challenge.js';
import { originOfUrl, readOrigin } from './http/origin.js';
import { trustedAddresses } from './http/trusted-addresses.js';
import { type ClientConfig, clientConfigSchema } from './outgoing/client-config.js';
import type { EnricherCacheConfig, PrincipalEnricher } from './principal-enricher.js';
import type { GuardOrderOption, ResolvedAuthOptions, ResponseBody, UnannotatedPolicy } from './resolved-options.js';
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
  /**
   * The longest bearer token that is looked at, in characters, wherever it is. Node has its own limit for all header fields together:
   * 16 KiB, unless the server has another `maxHeaderSize`.
   * @defaultValue 16384
   */
  readonly maxTokenLength?: number;
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

/** What frameworks and Node put on every request, beside what is in Node's prototype. */
const TAKEN: ReadonlySet<string> = new Set(
  `aborted accepts app baseUrl body client complete fresh get header host hostname httpVersion id ip ips is is404 log mediaType method
  next originalUrl params path port protocol query range raw rawHeaders rawTrailers res route routeOptions secure server signal socket
  stale subdomains upgrade url xhr`.split(/\s+/),
);

function isFreeProperty(name: string): boolean {
  return !(name in IncomingMessage.prototype || TAKEN.has(name));
}

const besideTheFactory = (name: string) =>
  optional(z.never({ error: () => `cannot come from a factory. Write it beside useFactory: forRootAsync({ useFactory, ${name} }).` }));

const publicUrl = z.string().refine((url) => originOfUrl(url) !== undefined, {
  error: 'must be an http: or https: URL without credentials, query and fragment, such as "https://api.example.com"',
});
const publicUrls = z.array(publicUrl).min(1, 'must not be an empty list');
const allowedOrigin = z.string().refine((origin) => readOrigin(origin) !== undefined, {
  error: 'must be one origin without a path, as browsers write it: "https://app.example.com"',
});

const optionsSchema = fields({
  // Groups are checked where schemes are.
  schemes: optional(
    z.record(
      text,
      chosen<object>((given) => (Array.isArray(given) ? z.array(text) : z.looseObject({}))),
    ),
  ),
  // The entries themselves are checked where entries are, with the schemes at hand.
  defaultAuth: optional(
    z.custom<readonly AuthEntry[] | false>((value) => value === false || Array.isArray(value), 'must be a list of entries, or false'),
  ),
  unannotated: optional(z.enum(['error', 'deny', 'allow'])),
  // The rules are checked where rules are.
  resourceAccessControl: optional(
    z.custom<ResourceAccessControl>((value) => typeof value === 'object' && value !== null, 'must be { file } or { rules }'),
  ),
  rawRoutes: optional(z.array(text)),
  uncoveredRules: optional(z.enum(['error', 'warn'])),
  outgoing: optional(clientConfigSchema),
  // The clients are checked where clients are.
  clients: optional(z.record(text, z.looseObject({}))),
  roles: optional(z.record(text, z.array(text))),
  enricherCache: optional(
    fields({
      capacity: optional(z.int().min(1, 'must be at least 1')),
      maxAge: z.number().positive('must be a number of seconds above 0'),
    }),
  ),
  guardOrder: optional(z.enum(['first', 'imported'])),
  guardsBefore: optional(z.array(z.custom<Type<CanActivate>>((value) => typeof value === 'function', 'must be the class of a guard'))),
  realm: optional(text.refine(isPlainParameter, 'must be ASCII text without quotes, backslashes or control characters')),
  responseBody: optional(z.enum(['json', 'problem', 'empty'])),
  principalProperty: optional(text.refine(isFreeProperty, 'is a built-in request property')),
  explain: optional(z.union([z.boolean(), z.literal('body')], { error: 'must be true, false or "body"' })),
  trustedProxies: optional(z.array(text)),
  publicUrl: optional(chosen<string | readonly string[]>((value) => (Array.isArray(value) ? publicUrls : publicUrl))),
  allowedOrigins: optional(z.array(allowedOrigin)),
  maxTokenLength: optional(z.int().min(1, 'must be a number of characters, 1 or more')),
  imports: besideTheFactory('imports'),
  strategies: besideTheFactory('strategies'),
  authorizers: besideTheFactory('authorizers'),
  enricher: besideTheFactory('enricher'),
  eventSink: besideTheFactory('eventSink'),
});

/**
 * Checks the module's options and fills in the defaults.
 *
 * @throws AuthConfigurationError naming every field that is wrong.
 */
export function resolveOptions(options: unknown): ResolvedAuthOptions {
  const given = parseConfig(optionsSchema, options, 'AuthModule options');
  trustedAddresses(given.trustedProxies ?? [], 'AuthModule options.trustedProxies');
  return {
    schemes: {},
    clients: {},
    unannotated: 'error',
    realm: 'api',
    responseBody: 'json',
    principalProperty: 'user',
    explain: false,
    trustedProxies: [],
    allowedOrigins: [],
    maxTokenLength: DEFAULT_MAX_TOKEN_LENGTH,
    defaultAuth: undefined,
    resourceAccessControl: undefined,
    outgoing: undefined,
    rawRoutes: [],
    uncoveredRules: undefined,
    roles: undefined,
    enricherCache: undefined,
    guardOrder: 'imported',
    guardsBefore: [],
    ...given,
    publicUrl: [given.publicUrl ?? []].flat(),
  };
}

/** The origins from which a token in a cookie counts: the application's own, and those that it allows. */
export function originsOf({ publicUrl, allowedOrigins }: Pick<ResolvedAuthOptions, 'publicUrl' | 'allowedOrigins'>): string[] {
  return [...publicUrl.map(originOfUrl), ...allowedOrigins.map(readOrigin)].filter((origin) => origin !== undefined);
}
