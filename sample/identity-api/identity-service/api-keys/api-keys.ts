import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Whom a key belongs to, and what it is good for. */
export interface KeyHolder {
  readonly name: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/**
 * The keys by their SHA-256 digest: a key is long and random, so that a digest is enough to keep it secret, unlike a password.
 * FOR DEMONSTRATION ONLY: the key itself is written in walkthrough/accounts.ts. A real service has its keys in a database.
 */
const KEYS: Readonly<Record<string, KeyHolder>> = {
  '26d0ad78bedba9af2f4d5ef2f774dc5c47bee9d8fbeefac749ee1572d51288a9': {
    name: 'directory-sync',
    roles: ['user-manager'],
    scopes: ['internal_application_mgt_view'],
  },
};

/** The API keys that were handed out. */
@Injectable()
export class ApiKeys {
  private readonly byDigest = new Map(Object.entries(KEYS));

  /** Finds out whose a key is. */
  holderOf(key: string): KeyHolder | undefined {
    return this.byDigest.get(createHash('sha256').update(key).digest('hex'));
  }
}
