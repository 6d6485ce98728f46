import { LRUCache } from 'lru-cache';
import type { UserEntry } from './entries.js';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const MAX_REPORTED = 100;

/** Reports user names that several entries have. */
export class AmbiguousNames {
  private readonly reported = new LRUCache<string, true>({ max: MAX_REPORTED });

  /** @param warn - writes one line for the operator. */
  constructor(private readonly warn: (message: string) => void) {}

  /** Once for each, of a bounded number, and as the directory spells it: every caller can cause it, in any spelling of the name. */
  report({ dn, username }: UserEntry): void {
    if (this.reported.has(dn)) return;
    this.reported.set(dn, true);
    const name = JSON.stringify(username.replace(UNPRINTABLE, ''));
    this.warn(`several entries have the user name ${name}. Logins with it are refused until only one entry has it.`);
  }
}
