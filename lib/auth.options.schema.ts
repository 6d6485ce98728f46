import { IncomingMessage } from 'node:http';
import type { CanActivate, Type } from '@nestjs/common';
import * as z from 'zod';
import type { ResourceAccessControl } from './access-control/access-rule.js';
import { chosen, fields, listOf, optional, parseConfig, text } from './config/schema.js';
import type { AuthEntry } from './decorators/auth-entry.js';
import { DEFAULT_MAX_TOKEN_LENGTH } from './http/authorization.js';
import { isPlainParameter } from './http/challenge.js';
import { originOfUrl, readOrigin } from './http/origin.js';
import { trustedAddresses } from './http/trusted-addresses.js';
import { sharedStateSettings } from './memory/shared-state.schema.js';
import { clientConfigSchema } from './outgoing/client-config.js';
import type { ResolvedAuthOptions } from './resolved-options.js';
import { checkOrigin, resourceSchema } from './resource.schema.js';
import { revocationConfig } from './revocation/revocation.schema.js';
import { webSocketSchema } from './web-socket.schema.js';

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
const publicUrls = listOf(publicUrl);
const allowedOrigin = z.string().refine((origin) => readOrigin(origin) !== undefined, {
  error: 'must be one origin without a path, as browsers write it: "https://app.example.com"',
});

const enricherCache = fields(() => ({
  capacity: optional(z.int().min(1, 'must be at least 1')),
  maxAge: z.number().positive('must be a number of seconds above 0'),
}));

const optionsSchema = fields(() => ({
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
  enricherCache: optional(enricherCache),
  guardOrder: optional(z.enum(['first', 'imported'])),
  guardsBefore: optional(z.array(z.custom<Type<CanActivate>>((value) => typeof value === 'function', 'must be the class of a guard'))),
  realm: optional(text.refine(isPlainParameter, 'must be ASCII text without quotes, backslashes or control characters')),
  responseBody: optional(z.enum(['json', 'problem', 'empty'])),
  principalProperty: optional(text.refine(isFreeProperty, 'is a built-in request property')),
  explain: optional(z.union([z.boolean(), z.literal('body')], { error: 'must be true, false or "body"' })),
  trustedProxies: optional(z.array(text)),
  publicUrl: optional(chosen<string | readonly string[]>((value) => (Array.isArray(value) ? publicUrls : publicUrl))),
  allowedOrigins: optional(z.array(allowedOrigin)),
  // The rest is checked where the other options are known.
  resource: optional(resourceSchema),
  maxTokenLength: optional(z.int().min(1, 'must be a number of characters, 1 or more')),
  webSocket: optional(webSocketSchema),
  sharedState: optional(sharedStateSettings),
  revocation: optional(revocationConfig),
  rpc: optional(fields(() => ({ refusedEvents: optional(z.enum(['acknowledge', 'reject'])) }))),
  imports: besideTheFactory('imports'),
  strategies: besideTheFactory('strategies'),
  authorizers: besideTheFactory('authorizers'),
  enricher: besideTheFactory('enricher'),
  eventSink: besideTheFactory('eventSink'),
}));

/**
 * Checks the module's options and fills in the defaults.
 *
 * @throws AuthConfigurationError naming every field that is wrong.
 */
export function resolveOptions(options: unknown): ResolvedAuthOptions {
  const given = parseConfig(optionsSchema, options, 'AuthModule options');
  const publicUrl = [given.publicUrl ?? []].flat();
  if (given.resource !== undefined) checkOrigin(given.resource.url, publicUrl);
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
    resource: undefined,
    guardOrder: 'imported',
    guardsBefore: [],
    webSocket: undefined,
    sharedState: undefined,
    revocation: undefined,
    rpc: {},
    ...given,
    publicUrl,
  };
}
