import { hash } from 'node:crypto';
import * as z from 'zod';
import { resultOf } from '../errors.js';
import type { Revocation } from './revocation.js';

const entrySchema = z.strictObject({
  about: z.enum(['jti', 'sid', 'sub']),
  /** The digest of the value. */
  value: z.string(),
  /** The digest of the issuer; left out for every issuer. */
  issuer: z.string().optional(),
  /** Tokens that were issued before are refused, in seconds since the epoch; for `sub` only. */
  before: z.number().optional(),
  /** When it is forgotten, in seconds since the epoch. */
  end: z.number(),
});

/** A revocation as instances tell it to each other: digests, so that the store never shows who was meant. */
export type RevocationEntry = Readonly<z.output<typeof entrySchema>>;

/** @param now - in seconds since the epoch. @param maxLifetime - in seconds. */
export function entryOf(revocation: Revocation, now: number, maxLifetime: number): RevocationEntry {
  const issuer = revocation.issuer === undefined ? {} : { issuer: digestOf('iss', revocation.issuer) };
  const end = now + maxLifetime;
  if ('jti' in revocation) return { about: 'jti', value: digestOf('jti', revocation.jti), ...issuer, end: revocation.expiresAt ?? end };
  if ('sid' in revocation) return { about: 'sid', value: digestOf('sid', revocation.sid), ...issuer, end };
  const before = Math.ceil(revocation.issuedBefore ?? now);
  // A token that was issued at the last moment before lives from there on.
  return { about: 'sub', value: digestOf('sub', revocation.sub), ...issuer, before, end: Math.max(before, now) + maxLifetime };
}

/** The entry in a text; undefined for a text that is not an entry. */
export function readEntry(text: string): RevocationEntry | undefined {
  return resultOf(() => entrySchema.parse(JSON.parse(text)));
}

/** The digest of a claim, which says what claim it is of. */
export function digestOf(claim: string, value: string): string {
  return hash('sha256', `${claim}\n${value}`, 'base64url');
}
