import type { JoseHeader } from './jose-header.js';
import type { KeySource } from './key-set.js';

/** A token that is not remembered, and where its key comes from. */
export interface PresentedToken {
  readonly token: string;
  /** The key under which it is remembered. */
  readonly digest: string;
  readonly header: JoseHeader;
  readonly source: KeySource;
}
