import { BearerMechanism } from './bearer.js';
import type { Authenticator, Mechanism } from './strategy.js';

/** The mechanisms that answer for an authenticator that has their challenge and no answers of its own. */
const STANDARD: readonly Mechanism[] = [new BearerMechanism()];

/** What answers the denials of an authenticator: itself, or else the standard mechanism of its challenge. */
export function mechanismOf(authenticator: Authenticator): Mechanism {
  const { onRejected, onForbidden, onStepUp } = authenticator;
  if (onRejected !== undefined || onForbidden !== undefined || onStepUp !== undefined) return authenticator;
  const schemes = schemesOf(authenticator);
  return STANDARD.find((mechanism) => schemesOf(mechanism).some((scheme) => schemes.includes(scheme))) ?? authenticator;
}

/** Whether an authenticator can tell a caller to authenticate again. @see RFC 9470 */
export function canStepUp(authenticator: Authenticator): boolean {
  return mechanismOf(authenticator).onStepUp !== undefined;
}

/** The authentication schemes of its challenges, in lower case. */
export function schemesOf({ challenges }: Mechanism): string[] {
  return challenges.map(({ scheme }) => scheme.toLowerCase());
}
