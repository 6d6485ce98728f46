import { quoted } from '../../operator/log-text.js';
import { type ClaimRefusal, mustBe } from './claim-refusal.js';
import type { ExpectedClaim } from './claims.schema.js';
import type { Claims } from './claims-reader.js';

/** Refuses claims that lack one that is expected, or have another value in it. */
export function customClaimRefusal(claims: Claims, expected: readonly ExpectedClaim[]): ClaimRefusal | undefined {
  for (const { name, read, isMet, inWords } of expected) {
    const value = read(claims);
    if (!isMet(value)) return { reason: 'wrong_claim', explanation: () => mustBe(`the claim ${quoted(name)}`, inWords, value) };
  }
  return undefined;
}
