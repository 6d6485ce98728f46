import { createHash, timingSafeEqual } from 'node:crypto';
import { isPassword } from '../user-pass.js';
import { ARGON2ID } from './argon2id.js';
import { BCRYPT } from './bcrypt.js';
import { type HashKind, type PasswordHash, UnusableHashError } from './password-hash.js';
import { SCRYPT } from './scrypt.js';

/** The ways to hash a password, the recommended one first. */
export const HASH_KINDS: readonly HashKind[] = [ARGON2ID, BCRYPT, SCRYPT];

const CURE =
  'is not a known hash (argon2id, bcrypt, scrypt). Make one with `npx nest-service-auth hash-password`, ' +
  'or set allowPlainText: true where real users never log in';

/**
 * Reads a password as a user store keeps it: a hash, or plain text where that is allowed.
 *
 * @throws UnusableHashError when it is neither. What looks like a hash is never taken for plain text.
 */
export async function readStoredPassword(stored: string, allowPlainText: boolean): Promise<PasswordHash> {
  const kind = HASH_KINDS.find((each) => each.claims(stored));
  if (kind !== undefined) return kind.read(stored);
  if (!allowPlainText || /^\$[a-z0-9-]+\$/.test(stored)) throw new UnusableHashError(CURE);
  if (!isPassword(stored)) throw new UnusableHashError('has control characters, which no client may send');
  return plainText(stored);
}

/** A password in clear, compared in constant time: all digests have the same length. */
export function plainText(stored: string): PasswordHash {
  const expected = digest(stored);
  return { matches: (password) => timingSafeEqual(digest(password), expected) };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
