import { PassThrough, Readable } from 'node:stream';
import type { Terminal } from '../../../lib/cli/command.js';
import { createHashPassword, hashPassword } from '../../../lib/cli/hash-password.js';
import { runCommand } from '../../../lib/cli/run-command.js';
import { loadPackage } from '../../../lib/config/optional-package.js';
import { HASH_KINDS, readStoredPassword } from '../../../lib/strategies/basic/password/stored-password.js';

async function run(args: readonly string[], input: Terminal['input'], command = hashPassword) {
  const output = new PassThrough();
  const notes = new PassThrough();
  const code = await runCommand({ 'hash-password': command }, args, { input, output, notes });
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, output: read(output), notes: read(notes) };
}

const piped = (text: string | Uint8Array) => Readable.from([Buffer.from(text)]);
const typed = (...lines: string[]) => Object.assign(piped(lines.join('')), { isTTY: true });
const fits = async (stored: string, password: string) => (await readStoredPassword(stored.trim(), false)).matches(password);

describe('hash-password', () => {
  it.each([
    ['argon2id', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$\S+\n$/],
    ['bcrypt', /^\$2b\$10\$\S+\n$/],
    ['scrypt', /^\$scrypt\$ln=17,r=8,p=1\$\S+\n$/],
  ])('prints the hash by %s, and nothing else', async (algorithm, expected) => {
    const { code, output, notes } = await run(['hash-password', '--algorithm', algorithm], piped('geheim\n'));
    expect({ code, notes }).toEqual({ code: 0, notes: '' });
    expect(output).toMatch(expected);
    expect(await fits(output, 'geheim')).toBe(true);
  });

  it('uses argon2id where it is installed', async () => {
    expect((await run(['hash-password'], piped('geheim'))).output).toMatch(/^\$argon2id\$/);
  });

  describe('where @node-rs/argon2 is not installed', () => {
    const notInstalled = () => loadPackage('@node-rs/argon2', 'argon2id', () => Promise.reject(new Error('Cannot find package')));
    const command = createHashPassword(HASH_KINDS.map((kind) => (kind.name === 'argon2id' ? { ...kind, hash: notInstalled } : kind)));

    it('says what to install when argon2id is asked for', async () => {
      expect(await run(['hash-password', '--algorithm', 'argon2id'], piped('geheim'), command)).toEqual({
        code: 1,
        output: '',
        notes:
          '--algorithm argon2id needs the optional package @node-rs/argon2 (^2.0.0) for argon2id, and cannot load it: npm install @node-rs/argon2\n' +
          '[optional-package] node_modules/nest-service-auth/docs/errors.md#optional-package\n',
      });
    });

    it('uses scrypt when nothing is asked for, with a hint', async () => {
      const { code, output, notes } = await run(['hash-password'], piped('geheim'), command);
      expect(code).toBe(0);
      expect(notes).toContain('npm install @node-rs/argon2');
      expect(output).toMatch(/^\$scrypt\$/);
      expect(await fits(output, 'geheim')).toBe(true);
    });
  });

  it('takes the last line end off, and no other space', async () => {
    const { output } = await run(['hash-password'], piped(' geheim \r\n'));
    expect(await fits(output, ' geheim ')).toBe(true);
  });

  it('hashes the composed form that clients send', async () => {
    const { output } = await run(['hash-password'], piped('pa\u0308ss'));
    expect(await fits(output, 'p\u00e4ss')).toBe(true);
  });

  it('asks a terminal twice, and shows nothing of what is typed', async () => {
    const { code, output, notes } = await run(['hash-password'], typed('geheim\r', 'geheim\r'));
    expect(code).toBe(0);
    expect(notes).toBe('Password: \nAgain: \n');
    expect(await fits(output, 'geheim')).toBe(true);
  });

  it.each([
    ['two passwords that differ', typed('geheim\r', 'geheimer\r'), /differ/],
    ['an interruption', typed('gehe\x03'), /Ended: nothing was hashed/],
    ['an empty password', piped('\n'), /is empty/],
    ['two lines', piped('geheim\ngeheim\n'), /control characters/],
    ['what is not UTF-8', piped(Uint8Array.of(0x61, 0xff)), /not UTF-8/],
    ['what no header could carry', piped('x'.repeat(7000)), /longer than 6000 bytes/],
  ])('refuses %s', async (_, input, message) => {
    const { code, output, notes } = await run(['hash-password'], input);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(notes).toMatch(message);
    expect(notes).not.toContain('geheim');
  });

  it('refuses for bcrypt what bcrypt would cut off', async () => {
    const { code, notes } = await run(['hash-password', '-a', 'bcrypt'], piped('x'.repeat(73)));
    expect({ code, notes }).toEqual({
      code: 2,
      notes: 'The password is longer than the 72 bytes that bcrypt reads: use another algorithm.\n',
    });
  });

  it.each([
    ['a password on the command line, without repeating it', ['hash-password', 'geheim'], /not taken from the command line/],
    ['an algorithm that is not known', ['hash-password', '--algorithm', 'bcrpt'], /bcrpt is not known\. Did you mean "bcrypt"\?/],
    ['an algorithm without a name', ['hash-password', '--algorithm'], /needs a value: argon2id, bcrypt, scrypt/],
    ['another option, without its value', ['hash-password', '--password=geheim'], /--password is not an option/],
    ['a command that is not known', ['hash-pasword'], /Did you mean "hash-password"\?/],
    ['an inherited name for a command', ['constructor'], /is not a command/],
    ['no command at all', [], /Usage:\n {2}nest-service-auth hash-password/],
  ])('refuses %s', async (_, args, message) => {
    const { code, output, notes } = await run(args, piped('geheim'));
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(notes).toMatch(message);
    expect(notes).not.toContain('geheim');
  });

  it.each([['--help'], ['help'], ['hash-password', '--help']])('explains itself: %s %s', async (...args) => {
    const { code, output } = await run(args.filter(Boolean), piped(''));
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage:\n/);
  });
});
