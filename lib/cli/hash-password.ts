import { suggest } from '../config/nearest-name.js';
import { MissingPackageError } from '../config/optional-package.js';
import { type HashKind, UnusableHashError } from '../strategies/basic/password/password-hash.js';
import { SCRYPT } from '../strategies/basic/password/scrypt.js';
import { HASH_KINDS } from '../strategies/basic/password/stored-password.js';
import { isPassword } from '../strategies/basic/user-pass.js';
import { type Command, type Terminal, UsageError } from './command.js';
import { readArguments } from './read-arguments.js';
import { readSecret } from './read-secret.js';

const HINT =
  'Hashed with scrypt, which needs no package and takes about 440 ms of CPU for each login. ' +
  'With `npm install @node-rs/argon2` it is argon2id, which takes about 13 ms.';

/**
 * Makes the command that reads a password and prints its hash for a file of users.
 *
 * @param kinds - the ways to hash, the recommended one first.
 */
export function createHashPassword(kinds: readonly HashKind[]): Command {
  const names = kinds.map(({ name }) => name);
  return {
    usage: `hash-password [--algorithm ${names.join('|')}]`,
    summary: 'Reads a password from a prompt or from standard input, and prints its hash for Config.toml.',
    async run(args, terminal) {
      const name = algorithmIn(args, names);
      const kind = kinds.find((each) => each.name === name);
      if (name !== undefined && kind === undefined) throw new UsageError(`--algorithm: ${name} is not known. ${suggest(name, names)}`);
      const password = checked(await readSecret(terminal));
      const hashed = kind === undefined ? hashAsRecommended(kinds, password, terminal) : kind.hash(password).catch(explain(kind));
      terminal.output.write(`${await hashed}\n`);
    },
  };
}

/** The command `hash-password`. */
export const hashPassword: Command = createHashPassword(HASH_KINDS);

function algorithmIn(args: readonly string[], names: readonly string[]): string | undefined {
  const { values, positionals, unknown } = readArguments(args, { algorithm: { type: 'string', short: 'a' } });
  if (positionals.length > 0)
    throw new UsageError(
      'A password is not taken from the command line: other users of this machine can read it there, and the shell keeps it in its history. ' +
        'Omit it to be prompted, or send it to standard input. (If it was a real password, change it.)',
    );
  if (unknown !== undefined) throw new UsageError(`${unknown.rawName} is not an option. Known: --algorithm.`);
  if (values.algorithm === true) throw new UsageError(`--algorithm needs a value: ${names.join(', ')}.`);
  return typeof values.algorithm === 'string' ? values.algorithm : undefined;
}

/** Clients send a password in Unicode's composed form (RFC 7617 §2.1): it is hashed in that form. */
function checked(password: string): string {
  if (password === '') throw new UsageError('The password is empty: no login would be accepted with it.');
  if (!isPassword(password))
    throw new UsageError('The password has control characters (more than one line?): no client could send it (RFC 7617 §2).');
  return password.normalize('NFC');
}

async function hashAsRecommended([recommended]: readonly HashKind[], password: string, { notes }: Terminal): Promise<string> {
  try {
    if (recommended !== undefined) return await recommended.hash(password);
  } catch (error) {
    if (!(error instanceof MissingPackageError)) throw error;
  }
  notes.write(`${HINT}\n`);
  return SCRYPT.hash(password);
}

function explain({ name }: HashKind): (error: unknown) => never {
  return (error) => {
    if (error instanceof MissingPackageError) throw new Error(`--algorithm ${name} ${error.message}`, { cause: error });
    throw error instanceof UnusableHashError ? new UsageError(`The password ${error.message}.`) : error;
  };
}
