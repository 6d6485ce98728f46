import type { Principal } from 'nest-service-auth';
import { fields, parseConfig } from '../../../../lib/config/schema.js';
import type { ClaimRefusal } from '../../../../lib/strategies/claims/claim-refusal.js';
import { claimsFields, claimsSettings } from '../../../../lib/strategies/claims/claims.schema.js';
import { isClaimRefusal, principalMaker } from '../../../../lib/strategies/claims/principal-of.js';

/** What the fields of a config make of claims. */
export function made(config: object, claims: Record<string, unknown>): Principal | ClaimRefusal {
  const settings = claimsSettings(parseConfig(fields(claimsFields), config));
  return principalMaker({ scheme: 'sts', method: 'jwt', standIns: [] }, settings)(claims);
}

/** The principal of claims that must be good. */
export function principalBy(config: object, claims: Record<string, unknown>): Principal {
  const principal = made(config, claims);
  if (isClaimRefusal(principal)) throw new Error(`refused: ${principal.reason} ${principal.detail?.() ?? ''}`);
  return principal;
}

/** Why claims are refused: the code, what every log shows, and what explanations show. */
export function refusalBy(config: object, claims: Record<string, unknown>): { reason: string; detail?: string; explanation?: string } {
  const refusal = made(config, claims);
  if (!isClaimRefusal(refusal)) throw new Error('not refused');
  const { reason, detail, explanation } = refusal;
  return { reason, ...(detail && { detail: detail() }), ...(explanation && { explanation: explanation() }) };
}
