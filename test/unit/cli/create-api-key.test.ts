import { PassThrough, Readable } from 'node:stream';
import { createApiKey } from '../../../lib/cli/create-api-key.js';
import { runCommand } from '../../../lib/cli/run-command.js';
import { readApiKeys } from '../../../lib/strategies/api-key/api-keys.js';

async function run(...args: readonly string[]) {
  const output = new PassThrough();
  const notes = new PassThrough();
  const code = await runCommand({ 'create-api-key': createApiKey }, ['create-api-key', ...args], {
    input: Readable.from([]),
    output,
    notes,
  });
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, output: read(output), notes: read(notes) };
}

/** The key and the table of an output. */
function split(output: string) {
  const [, key = '', table = ''] = /^Key: (\S+)\n\n([\s\S]*)$/.exec(output) ?? [];
  return { key, table, id: key.split('.')[0] ?? '' };
}

describe('create-api-key', () => {
  it('prints a key of 256 random bits once, and the table that admits it', async () => {
    const { code, output } = await run();
    const { key, table, id } = split(output);
    expect(code).toBe(0);
    expect(key).toMatch(/^[0-9a-f]{12}\.[A-Za-z0-9_-]{43}$/);
    expect(output.split(key)).toHaveLength(2);
    expect(table).not.toContain(key.split('.')[1]);
    expect(readApiKeys(table, 'x', 's').find(id, key)).toBeDefined();
    expect(split((await run()).output).key).not.toBe(key);
  });

  it('writes what it was told into the table', async () => {
    const { output } = await run(
      ...['--id', 'billing-2', '--client', 'the "billing" service', '--scopes', 'read,write orders:read'],
      ...['--roles', 'Order Clerk, auditor', '--expires=2999-01-31T00:00:00+01:00'],
    );
    const { key, table, id } = split(output);
    expect(id).toBe('billing-2');
    expect(readApiKeys(table, 'x', 's').find(id, key)?.verdict.principal).toMatchObject({
      clientId: 'the "billing" service',
      scopes: ['read', 'write', 'orders:read'],
      roles: ['Order Clerk', 'auditor'],
      claims: { keyId: 'billing-2', exp: Date.UTC(2999, 0, 30, 23) / 1000 },
    });
  });

  it('prints nothing that a file could be appended with unnoticed', async () => {
    const { output } = await run('--id', 'a');
    expect(() => readApiKeys(output, 'Config.toml', 's')).toThrow('Config.toml:1:');
  });

  it.each([
    [['billing'], '"billing" is an argument without an option'],
    [['--scope', 'a'], '--scope is not an option. Did you mean "--scopes"'],
    [['--id'], '--id needs a value'],
    [['--id', ''], '--id needs a value'],
    [['--id', 'a', '--id', 'b'], '--id is given twice'],
    [['--id', 'a.b'], 'id must be 1 to 64 letters'],
    [['--scopes', 'a,,b,'], 'scopes[2] must not be empty'],
    [['--expires', '2001-01-01'], '--expires is in the past'],
    [['--expires', '2999-13-45'], 'is not TOML'],
    [['--expires', '2999-01-01T00:00:00'], '--expires must be a date'],
    [['--expires', '2999-01-01\nroles = ["admin"]'], '--expires must be a date'],
  ])('refuses %j, and makes no key', async (args, expected) => {
    const { code, output, notes } = await run(...args);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(notes).toContain(expected);
  });
});
