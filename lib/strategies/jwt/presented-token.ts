import type { JoseHeader } from './jose-header.js';
import type { KeySource } from './key-set.js';

/** A token of a request, and where its key comes from. */
export interface PresentedToken {
  readonly token: string;
  /** The key under which it is remembered; left out where it was not needed yet. */
  readonly digest?: string;
  readonly header: JoseHeader;
  readonly source: KeySource;
}
