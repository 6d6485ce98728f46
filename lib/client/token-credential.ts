import { credentialKey } from '../memory/verdict-cache.js';
import type { HeldTokens, IssuedToken } from '../oauth/held-tokens.js';
import type { Credential } from './credential.js';
import type { DpopKey } from './dpop-key.js';

/** What a {@link tokenCredential} works with. */
export interface TokenSource {
  /** Whether tokens are obtained in exchange for the token of a caller. */
  readonly ofCaller: boolean;
  /** The tokens that are kept. */
  readonly tokens: HeldTokens;
  /** Obtains a token, in exchange for the caller's where `ofCaller` is true. */
  readonly obtain: (callerToken: string) => Promise<IssuedToken>;
  /** The key that the tokens are bound to. */
  readonly dpop?: DpopKey | undefined;
  /** Closes the connections. */
  readonly close?: () => Promise<void>;
}

/** Sends a token that is renewed before it expires, and when it is refused. @see RFC 6750 §2.1, RFC 9449 §7.1 */
export function tokenCredential({ ofCaller, tokens, obtain, dpop, close }: TokenSource): Credential {
  return {
    ofCaller,
    authorizes: true,
    dpop,
    authorization: (callerToken) => tokens.authorization(keyOf(callerToken), () => obtain(callerToken ?? '')),
    refuse: (authorization, callerToken) => tokens.refuse(keyOf(callerToken), authorization),
    async close() {
      tokens.clear();
      await close?.();
    },
  };
}

/** Tokens of callers are kept as hashes only. */
function keyOf(callerToken: string | undefined): string {
  return callerToken === undefined ? 'own' : credentialKey(callerToken);
}
