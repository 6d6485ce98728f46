import { importPackage } from '../../../config/optional-package.js';
import { type HashKind, type PasswordHash, UnusableHashError, within } from './password-hash.js';

/** What is used of `@node-rs/argon2`. */
interface Argon2 {
  hash(password: string, options: { memoryCost: number; timeCost: number; parallelism: number }): Promise<string>;
  verify(stored: string, password: string): Promise<boolean>;
  parseOptions(stored: string): unknown;
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}$/;
const RECOMMENDED = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** One gibibyte, in the unit of `m`. */
const MOST_MEMORY = 1024 * 1024;
/** Memory times passes: about two hundred times the recommended work. */
const MOST_WORK = 8 * MOST_MEMORY;

/** Argon2id, through the optional peer `@node-rs/argon2`: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. @see RFC 9106 */
export const ARGON2ID: HashKind = {
  name: 'argon2id',
  claims: (stored) => /^\$argon2(?:id|i|d)?\$/.test(stored),
  read,
  hash: async (password) => (await load()).hash(password, RECOMMENDED),
};

async function read(stored: string): Promise<PasswordHash> {
  const [, m, t, p] = PHC.exec(stored) ?? [];
  if (m === undefined) throw new UnusableHashError('is not of the form $argon2id$v=19$m=19456,t=2,p=1$salt$hash (Base64 without padding)');
  const passes = within('t', Number(t), 1, 64);
  within('p', Number(p), 1, 16);
  if (within('m', Number(m), 8, MOST_MEMORY) * passes > MOST_WORK)
    throw new UnusableHashError(`needs more work than a login may cost: m*t is at most ${MOST_WORK}`);
  const argon2 = await load();
  refuseDamaged(argon2, stored);
  return { matches: (password) => argon2.verify(stored, password) };
}

/** A damaged hash would make the library throw at the first login: better at boot. */
function refuseDamaged(argon2: Argon2, stored: string): void {
  try {
    argon2.parseOptions(stored);
  } catch (cause) {
    throw new UnusableHashError('is a damaged argon2id hash', { cause });
  }
}

function load(): Promise<Argon2> {
  return importPackage('@node-rs/argon2', 'argon2id');
}
