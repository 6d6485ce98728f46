import { randomUUID } from 'node:crypto';
import type { AuthRequest } from '../http/auth-request.js';
import type { AuthMethod, CertificateSummary, Principal } from '../principal.js';
import { refuseInProduction } from './not-in-production.js';

/** The caller of one request in a test. */
export interface TestCaller extends Partial<Omit<Principal, 'method' | 'certificate'>> {
  /** The one scheme that knows the caller, by its name; every scheme if left out. */
  readonly scheme?: string;
  /** How the caller authenticates: only entries of this method accept it. By default every entry does. */
  readonly method?: AuthMethod;
  /** How the user authenticated: the claim `acr`. */
  readonly acr?: string;
  /** When the user authenticated, in seconds since the epoch: the claim `auth_time`. */
  readonly authTime?: number;
  /** A client certificate beside the credential, so that entries with client certificates accept the caller too; `true` for one with the caller's name. */
  readonly certificate?: CertificateSummary | true;
}

/** The header fields that carry the credentials of a test. */
export type TestHeaders = {
  /** The value of the `Authorization` field. */
  readonly authorization: string;
};

const SCHEME = 'Test';
const callers = new Map<string, TestCaller>();

/**
 * The header fields that make the caller of one request `caller`, in an application whose authentication is overridden by `overrideAuth()`.
 * Requirements still hold: a caller without the scope that a route requires is answered 403.
 *
 * The fields name the caller by a random number, which means nothing to any other application or process.
 *
 * @throws Error if `NODE_ENV` is `production`.
 * @example
 * ```ts
 * await request(server).post('/order').set(as({ username: 'carol', scopes: ['add_order'] })).expect(201);
 * ```
 */
export function as(caller: TestCaller): TestHeaders {
  refuseInProduction('as()');
  const id = randomUUID();
  callers.set(id, caller);
  return { authorization: `${SCHEME} ${id}` };
}

/** What a request says about its caller: nothing, a caller that `as()` made, or one that it did not make. */
export function callerOf({ headers }: AuthRequest): TestCaller | 'unknown' | undefined {
  const [scheme, id = ''] = headers.authorization?.split(' ') ?? [];
  return scheme === SCHEME ? (callers.get(id) ?? 'unknown') : undefined;
}
