import type { Waiting } from './shared-state.js';

/** Remembers the nonces that the instances of an application have made. */
export interface NonceMemory {
  /** Keeps a nonce for `seconds`. */
  keep(nonce: string, seconds: number): void;
  /** Whether an instance has made the nonce, and it is still good. @throws AuthUnavailableError if that is not known. */
  knows(nonce: string, waiting?: Waiting): Promise<boolean>;
}
