import { credentialKey } from '../memory/verdict-cache.js';
import type { HeldTokens, IssuedToken } from '../oauth/held-tokens.js';
import type { Credential } from './credential.js';

/** What a {@link TokenCredential} works with. */
export interface TokenSource {
  /** Whether tokens are got for the token of a caller. */
  readonly ofCaller: boolean;
  /** Where tokens are kept. */
  readonly tokens: HeldTokens;
  /** Gets a token; for the caller's, where they are got for one. */
  readonly obtain: (callerToken: string) => Promise<IssuedToken>;
  /** Lets go of connections. */
  readonly close?: () => Promise<void>;
}

const BEARER = 'Bearer ';

/** Sends a bearer token that is renewed when its time is over, or when it is refused. @see RFC 6750 §2.1 */
export class TokenCredential implements Credential {
  readonly ofCaller: boolean;
  readonly authorizes = true;

  constructor(private readonly source: TokenSource) {
    this.ofCaller = source.ofCaller;
  }

  async authorization(callerToken: string | undefined): Promise<string> {
    const { tokens, obtain } = this.source;
    return BEARER + (await tokens.get(keyOf(callerToken), () => obtain(callerToken ?? '')));
  }

  refuse(authorization: string, callerToken: string | undefined): boolean {
    return this.source.tokens.refuse(keyOf(callerToken), authorization.slice(BEARER.length));
  }

  async close(): Promise<void> {
    this.source.tokens.clear();
    await this.source.close?.();
  }
}

/** Nobody's token is kept as a key. */
function keyOf(callerToken: string | undefined): string {
  return callerToken === undefined ? 'own' : credentialKey(callerToken);
}
