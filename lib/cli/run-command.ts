import { suggest } from '../config/nearest-name.js';
import { linesOf } from '../errors.js';
import { type Command, type Terminal, UsageError } from './command.js';

const NAME = 'nest-service-auth';
const HELP: readonly (string | undefined)[] = ['help', '--help', '-h'];

/**
 * Runs the command that the first argument names.
 *
 * @returns the exit code: 0 when it is done, 2 when it was called wrongly, 1 when something else is wrong.
 */
export async function runCommand(
  commands: Readonly<Record<string, Command>>,
  [name, ...args]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  try {
    if (name === undefined) throw new UsageError(describe(commands));
    if (HELP.includes(name) || args.some((arg) => arg === '--help' || arg === '-h')) {
      terminal.output.write(`${describe(commands)}\n`);
      return 0;
    }
    await find(commands, name).run(args, terminal);
    return 0;
  } catch (error) {
    terminal.notes.write(`${linesOf(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function find(commands: Readonly<Record<string, Command>>, name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`${name} is not a command. ${suggest(name, Object.keys(commands))}`);
  return command;
}

function describe(commands: Readonly<Record<string, Command>>): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  ${NAME} ${usage}\n      ${summary}`);
  return ['Usage:', ...lines].join('\n');
}
