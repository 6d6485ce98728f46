import { importPackage } from '../../../config/optional-package.js';
import { type HashKind, type PasswordHash, UnusableHashError, within } from './password-hash.js';

/** What is used of `@node-rs/bcrypt`. */
interface Bcrypt {
  hash(password: string, options: { cost: number }): Promise<string>;
  verify(password: string, stored: string): Promise<boolean>;
}

const MODULAR = /^\$2[aby]\$(\d{2})\$[./A-Za-z0-9]{53}$/;
const RECOMMENDED_COST = 10;
/** bcrypt reads no more bytes: any text after them would be accepted. */
const MOST_OCTETS = 72;

/** bcrypt, through the optional peer `@node-rs/bcrypt`: `$2b$10$` and 53 characters; `$2a$` and `$2y$` are read too. */
export const BCRYPT: HashKind = {
  name: 'bcrypt',
  claims: (stored) => /^\$2[a-z]?\$/.test(stored),
  read,
  hash: async (password) => {
    if (!fits(password)) throw new UnusableHashError(`is longer than the ${MOST_OCTETS} bytes that bcrypt reads: use another algorithm`);
    return (await load()).hash(password, { cost: RECOMMENDED_COST });
  },
};

async function read(stored: string): Promise<PasswordHash> {
  const cost = MODULAR.exec(stored)?.[1];
  if (cost === undefined) throw new UnusableHashError('is not of the form $2b$10$ and 53 characters ($2a$ and $2y$ are accepted too)');
  within('cost', Number(cost), 4, 16);
  const bcrypt = await load();
  return { matches: (password) => fits(password) && bcrypt.verify(password, stored) };
}

function fits(password: string): boolean {
  return Buffer.byteLength(password) <= MOST_OCTETS;
}

function load(): Promise<Bcrypt> {
  return importPackage('@node-rs/bcrypt', 'bcrypt');
}
