import type { CanActivate, Type } from '@nestjs/common';
import type { AuthEntry } from './decorators/auth-entry.js';
import type { WebSocketOptions } from './http/web-socket.config.js';
import type { SharedStateSettings } from './memory/shared-state.schema.js';
import type { ClientConfig } from './outgoing/client-config.js';
import type { EnricherCacheConfig } from './principal-enricher.js';
import type { ResourceConfig } from './resource.config.js';
import type { RevocationConfig } from './revocation/revocation.js';

/** What to do with a route that nothing covers: stop the boot, refuse every request with 403, or leave it open. */
export type UnannotatedPolicy = 'error' | 'deny' | 'allow';

/** The body of a refusal: Nest's own JSON, RFC 9457 `application/problem+json`, or nothing. */
export type ResponseBody = 'json' | 'problem' | 'empty';

/** Where the guard stands among the global guards: first, or where Nest puts it by the order of imports. */
export type GuardOrderOption = 'first' | 'imported';

/** How calls of microservices are answered: the option `rpc`. */
export interface RpcOptions {
  /**
   * What becomes of an event that was refused, where the transporter waits for an acknowledgement (RabbitMQ with `noAck: false`): it is
   * acknowledged, or rejected without being queued again, so that the broker passes it to the dead-letter exchange of the queue.
   * @defaultValue 'acknowledge'
   */
  readonly refusedEvents?: 'acknowledge' | 'reject';
}

/** The options with every default filled in. */
export interface ResolvedAuthOptions {
  readonly schemes: Readonly<Record<string, unknown>>;
  readonly defaultAuth: readonly AuthEntry[] | false | undefined;
  readonly unannotated: UnannotatedPolicy;
  readonly resourceAccessControl: unknown;
  readonly rawRoutes: readonly string[];
  readonly uncoveredRules: 'error' | 'warn' | undefined;
  readonly outgoing: ClientConfig | undefined;
  readonly clients: Readonly<Record<string, unknown>>;
  readonly roles: Readonly<Record<string, readonly string[]>> | undefined;
  readonly enricherCache: EnricherCacheConfig | undefined;
  readonly guardOrder: GuardOrderOption;
  readonly guardsBefore: readonly Type<CanActivate>[];
  readonly realm: string;
  readonly responseBody: ResponseBody;
  readonly principalProperty: string;
  readonly explain: boolean | 'body';
  readonly trustedProxies: readonly string[];
  readonly publicUrl: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly maxTokenLength: number;
  readonly webSocket: WebSocketOptions | undefined;
  readonly sharedState: SharedStateSettings | undefined;
  readonly revocation: RevocationConfig | undefined;
  readonly rpc: RpcOptions;
  readonly resource: ResourceConfig | undefined;
}

/** The injection token of {@link ResolvedAuthOptions}. */
export const RESOLVED_OPTIONS = Symbol('nest-service-auth:options');
