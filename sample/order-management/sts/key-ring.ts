import { generateKeyPairSync } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { calculateJwkThumbprint, type JWK } from 'jose';

/** A private RSA key. */
type RingKey = JWK & { readonly kid: string };

/** The content of the file. */
interface Ring {
  /** The time since which the current key is in use, in milliseconds since 1970. */
  readonly since: number;
  /** The current key, the next one, and the previous one if there was one. */
  readonly keys: readonly [current: RingKey, next: RingKey, previous?: RingKey];
}

/** The public members of a private key. */
const PUBLIC = ['kty', 'n', 'e', 'kid', 'use', 'alg'] as const;

/**
 * The keys with which the STS signs, one after the other. The next key is published long before it is used, so that clients have fetched it by then.
 * The previous key is published until the next rotation, for the tokens that it signed.
 */
export class KeyRing {
  private constructor(
    private readonly file: string,
    private ring: Ring,
  ) {}

  /**
   * Reads the keys from a file. Makes keys if there is no file, and stores them, so that tokens stay valid after a restart.
   *
   * @throws Error if the file cannot be read, or has another content.
   */
  static async load(file: string): Promise<KeyRing> {
    const ring = await read(file);
    if (ring !== undefined) return new KeyRing(file, ring);
    const made = new KeyRing(file, { since: Date.now(), keys: [await generate(), await generate()] });
    await made.save();
    return made;
  }

  /** The private key that signs. */
  get signing(): JWK {
    return this.ring.keys[0];
  }

  /** The keys that verify signatures, the current one first. */
  get verifying(): JWK[] {
    return this.ring.keys.flatMap((key) => (key === undefined ? [] : [publicPart(key)]));
  }

  /** How long the current key has been in use, in milliseconds. */
  get age(): number {
    return Date.now() - this.ring.since;
  }

  /** Makes the next key the current one. */
  async rotate(): Promise<void> {
    const [current, next] = this.ring.keys;
    this.ring = { since: Date.now(), keys: [next, await generate(), current] };
    await this.save();
  }

  /** Replaces the file in one step: if the process crashes before that, the old file remains. */
  private async save(): Promise<void> {
    await writeFile(`${this.file}.new`, JSON.stringify(this.ring), { mode: 0o600 });
    await rename(`${this.file}.new`, this.file);
  }
}

async function read(file: string): Promise<Ring | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`The keys of the STS in ${file} cannot be read. Remove the file to make new keys.`, { cause });
  }
}

async function generate(): Promise<RingKey> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' }) as JWK;
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'RS256' };
}

function publicPart(key: RingKey): JWK {
  return Object.fromEntries(PUBLIC.map((name) => [name, key[name]])) as JWK;
}
