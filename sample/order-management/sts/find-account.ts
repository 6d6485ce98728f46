import { createHash, timingSafeEqual } from 'node:crypto';
import type { Account } from './demo-accounts.js';

/** Finds the account with this name and secret. */
export function findAccount(accounts: readonly Account[], name: string, secret: string): Account | undefined {
  return accounts.find((account) => account.name === name && isEqual(account.secret, secret));
}

/** Takes the same time wherever two secrets differ: it compares hashes, which are of one length. */
function isEqual(a: string, b: string): boolean {
  const [hashA, hashB] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(hashA, hashB);
}
