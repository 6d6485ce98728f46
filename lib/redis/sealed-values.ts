import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const MARK = 'v1.';

/** Encrypts and authenticates values, each for its key: a value that was written without the secret, or moved to another key, cannot be read. */
export class SealedValues {
  private readonly key: Buffer;

  constructor(secret: Uint8Array) {
    this.key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), 'nest-service-auth: values of the shared state', 32));
  }

  /** What is stored for a value. */
  seal(name: string, value: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(name));
    const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    return MARK + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
  }

  /** The value that was sealed. @throws Error if it was not sealed with this secret for this name. */
  open(name: string, stored: string): string {
    const bytes = Buffer.from(stored.startsWith(MARK) ? stored.slice(MARK.length) : '', 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) throw new Error('A value in Redis was not written with the configured secret.');
    const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }
}
