import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { type HashKind, type PasswordHash, UnusableHashError, within } from './password-hash.js';

/** The parameters of scrypt. @see RFC 7914 §2 */
interface Cost {
  /** The binary logarithm of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

const PHC = /^\$scrypt\$ln=(\d{1,3}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const RECOMMENDED: Cost = { ln: 17, r: 8, p: 1 };
const SALT_LENGTH = 16;
const HASH_LENGTH = 32;
const MEBIBYTE = 1024 * 1024;
/** Eight times the recommended cost, in memory and in work. */
const MOST_MEMORY = 1024 * MEBIBYTE;

/** scrypt, from Node's own crypto: `$scrypt$ln=17,r=8,p=1$salt$hash`. @see RFC 7914 */
export const SCRYPT: HashKind = {
  name: 'scrypt',
  claims: (stored) => stored.startsWith('$scrypt$'),
  read: async (stored) => read(stored),
  hash: async (password) => {
    const salt = randomBytes(SALT_LENGTH);
    const hash = await derive(password, salt, HASH_LENGTH, RECOMMENDED);
    const { ln, r, p } = RECOMMENDED;
    return `$scrypt$ln=${ln},r=${r},p=${p}$${encode(salt)}$${encode(hash)}`;
  },
};

function read(stored: string): PasswordHash {
  const [, ln, r, p, saltText = '', hashText = ''] = PHC.exec(stored) ?? [];
  if (ln === undefined) throw new UnusableHashError('is not of the form $scrypt$ln=17,r=8,p=1$salt$hash (Base64 without padding)');
  const cost = { ln: within('ln', Number(ln), 10, 20), r: within('r', Number(r), 1, 32), p: within('p', Number(p), 1, 16) };
  if (memoryOf(cost) * cost.p > MOST_MEMORY) throw new UnusableHashError('needs more work than a login may cost: N*r*p is at most 2^23');
  const salt = decode(saltText, 'salt', 8);
  const expected = decode(hashText, 'hash', 16);
  return { matches: async (password) => timingSafeEqual(await derive(password, salt, expected.length, cost), expected) };
}

function memoryOf({ ln, r }: Cost): number {
  return 128 * 2 ** ln * r;
}

function derive(password: string, salt: Buffer, length: number, cost: Cost): Promise<Buffer> {
  // OpenSSL counts the blocks beside the table, too: they are less than a mebibyte for every cost that is accepted.
  const maxmem = memoryOf(cost) + MEBIBYTE;
  const options: ScryptOptions = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function encode(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '');
}

function decode(text: string, name: string, least: number): Buffer {
  const octets = Buffer.from(text, 'base64');
  if (encode(octets) !== text) throw new UnusableHashError(`has a ${name} that is not Base64 without padding`);
  within(`${name} length`, octets.length, least, 64);
  return octets;
}
