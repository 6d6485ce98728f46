import type { AuthRequest } from '../../http/auth-request.js';
import { wireRequest } from '../../http/wire-request.js';

/** Under this key a context knows where its operation came from: Apollo copies contexts, and copies this with them. */
const SOURCE: unique symbol = Symbol('nest-service-auth:source');

/** Where an operation came from. */
export interface Source {
  /** The credentials of the operation: the same object for all of its fields. */
  requestOf(context: object): AuthRequest;
  /** Closes the connection of a subscription. */
  close?(code: number, reason: string): void;
}

type Context = Record<PropertyKey, unknown> & { [SOURCE]?: Source };

/**
 * The context of one operation, with its source: the object itself, unless that belongs to another request already or cannot be changed.
 * A context that is not an object cannot have one.
 */
export function withSource(context: unknown, source: Source): unknown {
  if (context === undefined || context === null) return { [SOURCE]: source };
  if (!isContext(context)) return context;
  const isTaken = !Object.isExtensible(context) || Object.hasOwn(context, SOURCE);
  const own: Context = isTaken ? Object.assign(Object.create(Object.getPrototypeOf(context)), context) : context;
  own[SOURCE] = source;
  return own;
}

/** Where the operation with this context came from. */
export function sourceOf(context: unknown): Source | undefined {
  return isContext(context) ? context[SOURCE] : undefined;
}

/**
 * The credentials of the operation with this context. Where code has made the context itself, they are those of the HTTP request that is in
 * it, as `req` or `request`; undefined if there is none.
 */
export function requestIn(context: unknown): AuthRequest | undefined {
  if (!isContext(context)) return undefined;
  const source = context[SOURCE];
  if (source !== undefined) return source.requestOf(context);
  const { req, request, reply } = context;
  return [req, request, Object(reply).request].map(httpRequestIn).find((found) => found !== undefined);
}

/** Not the upgrade of a WebSocket: some drivers write to its header fields what the client wants. */
function httpRequestIn(value: unknown): AuthRequest | undefined {
  if (!isContext(value)) return undefined;
  const wire: Partial<AuthRequest> = wireRequest(value);
  if (!Array.isArray(wire.rawHeaders) || typeof wire.headers !== 'object') return undefined;
  return wire.headers.upgrade === undefined ? (wire as AuthRequest) : undefined;
}

function isContext(value: unknown): value is Context {
  return typeof value === 'object' && value !== null;
}
