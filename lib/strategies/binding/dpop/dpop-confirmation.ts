import type { Awaitable } from '../../../awaitable.js';
import type { AuthRequest } from '../../../http/auth-request.js';
import { readUncheckedCredentials } from '../../../http/authorization.js';
import { isJsonObject } from '../../../json-object.js';
import { own } from '../../claims/claims-reader.js';
import type { Rejected } from '../../strategy.js';
import { type Confirm, confirmByCertificate, UNSUPPORTED_CONFIRMATION } from '../confirmation.js';
import type { DpopSettings } from './dpop.schema.js';
import type { DpopProofs } from './dpop-proofs.js';
import { DPOP_REFUSED } from './dpop-refusals.js';

/** The authentication scheme of tokens that are bound to a key, in lower case. @see RFC 9449 §7.1 */
export const DPOP_SCHEME = 'dpop';

/** Whether the `Authorization` field of a request has the scheme `DPoP`. */
export function usesDpop(request: AuthRequest): boolean {
  return readUncheckedCredentials(request, DPOP_SCHEME, 0).kind !== 'absent';
}

/** The thumbprint of the key that a token is bound to; undefined if it is bound to none. @see RFC 9449 §6.1 */
export function keyThumbprintOf(confirmation: unknown): unknown {
  return isJsonObject(confirmation) ? own(confirmation, 'jkt') : undefined;
}

/**
 * Makes the check of bindings where tokens may be bound to a key. A bound token counts under the scheme `DPoP` alone and with a proof;
 * any other token does not count under that scheme.
 *
 * @see RFC 9449 §7.1 and §7.2
 */
export function confirmByProof(proofs: Pick<DpopProofs, 'check'>, settings: DpopSettings): Confirm {
  return (confirmation, token, request) => {
    const thumbprint = keyThumbprintOf(confirmation);
    if (thumbprint === undefined) return refusalForUnbound(request, settings) ?? confirmByCertificate(confirmation, token, request);
    if (typeof thumbprint !== 'string') return UNSUPPORTED_CONFIRMATION;
    if (!cameByDpop(token, request)) return DPOP_REFUSED.schemeMissing;
    return refusalForOthers(confirmation, token, request) ?? proofs.check({ token, thumbprint }, request, settings);
  };
}

function refusalForUnbound(request: AuthRequest, { mode }: DpopSettings): Rejected | undefined {
  if (usesDpop(request)) return DPOP_REFUSED.tokenNotBound;
  return mode === 'required' ? DPOP_REFUSED.required : undefined;
}

/** What a token is bound to beside its key must be confirmed as well. */
function refusalForOthers(confirmation: unknown, token: string, request: AuthRequest): Awaitable<Rejected | undefined> {
  const { jkt, ...others } = confirmation as Readonly<Record<string, unknown>>;
  return Object.keys(others).length === 0 ? undefined : confirmByCertificate(others, token, request);
}

function cameByDpop(token: string, request: AuthRequest): boolean {
  const credentials = readUncheckedCredentials(request, DPOP_SCHEME, Number.POSITIVE_INFINITY);
  return credentials.kind === 'present' && credentials.value === token;
}
