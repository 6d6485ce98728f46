import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** The holder of a key, with its roles and scopes. */
export interface KeyHolder {
  readonly name: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/**
 * The holders by the SHA-256 digests of their keys. A key is long and random, so a fast hash is enough to keep it secret. A password needs a slow one.
 * FOR DEMONSTRATION ONLY: the key itself is written in walkthrough/accounts.ts. A real service has its keys in a database.
 */
const KEYS: Readonly<Record<string, KeyHolder>> = {
  '26d0ad78bedba9af2f4d5ef2f774dc5c47bee9d8fbeefac749ee1572d51288a9': {
    name: 'directory-sync',
    roles: ['user-manager'],
    scopes: ['internal_application_mgt_view'],
  },
};

/** The issued API keys. */
@Injectable()
export class ApiKeys {
  private readonly byDigest = new Map(Object.entries(KEYS));

  /** Finds the holder of a key. */
  holderOf(key: string): KeyHolder | undefined {
    return this.byDigest.get(createHash('sha256').update(key).digest('hex'));
  }
}
