import { createHash, randomBytes } from 'node:crypto';

/** The size of a key's secret in bytes: 256 random bits. */
const SECRET_OCTETS = 32;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
/** `<id>.<secret>`; a secret of 256 bits is 43 characters of base64url. */
const KEY = /^([A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{43}$/;
const STORED = /^sha256:([0-9a-f]{64})$/i;

/** Whether `text` may be the identifier of a key. */
export function isKeyId(text: string): boolean {
  return ID.test(text);
}

/** Makes a new key: `<id>.<secret>`. */
export function createKey(id: string): string {
  return `${id}.${randomBytes(SECRET_OCTETS).toString('base64url')}`;
}

/** The identifier in a key; undefined for a text that is not a key. */
export function idOfKey(key: string): string | undefined {
  return KEY.exec(key)?.[1];
}

/** The SHA-256 digest of a key, identifier included. A secret of 256 random bits needs no slow hash: it cannot be guessed. */
export function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** How a key stands in the file: `sha256:` and its digest in hexadecimal. */
export function storedForm(key: string): string {
  return `sha256:${digestOf(key).toString('hex')}`;
}

/** The digest in a stored key; undefined for anything else, such as a key in clear. */
export function digestIn(stored: string): Buffer | undefined {
  const hex = STORED.exec(stored)?.[1];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}
