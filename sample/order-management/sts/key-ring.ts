import { generateKeyPairSync } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { calculateJwkThumbprint, type JWK } from 'jose';

/** A private RSA key. */
type RingKey = JWK & { readonly kid: string };

/** What the file holds. */
interface Ring {
  /** When the current key became that, in milliseconds since the epoch. */
  readonly since: number;
  /** The current key, the one after it, and the one before it where there was one. */
  readonly keys: readonly [current: RingKey, next: RingKey, previous?: RingKey];
}

/** What of a private key anybody may see. */
const PUBLIC = ['kty', 'n', 'e', 'kid', 'use', 'alg'] as const;

/**
 * The keys that the STS signs with, one after the other. The next one is shown long before it is used, so that whoever has fetched the keys knows it
 * already; the one before is shown until the next rotation, for the tokens that it signed.
 */
export class KeyRing {
  private constructor(
    private readonly file: string,
    private ring: Ring,
  ) {}

  /**
   * Reads the keys from a file, or makes some and keeps them there, so that a token outlives a restart.
   *
   * @throws Error if the file cannot be read, or is none of this.
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

  /** The keys that signatures are verified with: the current one first. */
  get verifying(): JWK[] {
    return this.ring.keys.flatMap((key) => (key === undefined ? [] : [publicPart(key)]));
  }

  /** How long the current key has been in use, in milliseconds. */
  get age(): number {
    return Date.now() - this.ring.since;
  }

  /** Signs with the next key from now on. */
  async rotate(): Promise<void> {
    const [current, next] = this.ring.keys;
    this.ring = { since: Date.now(), keys: [next, await generate(), current] };
    await this.save();
  }

  /** Puts the file in its place as a whole: a process that dies meanwhile leaves the old one. */
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
    throw new Error(`The keys of the STS in ${file} cannot be read. Without the file it makes new ones.`, { cause });
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
