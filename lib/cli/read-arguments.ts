import { type ParseArgsConfig, parseArgs } from 'node:util';

/** An option as it was written. */
interface Written {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

/** Reads the arguments of a command: its options, in their order as well, and the first one that the command does not have. */
export function readArguments(args: readonly string[], options: NonNullable<ParseArgsConfig['options']>) {
  const { values, positionals, tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const given: readonly Written[] = tokens.filter((token) => token.kind === 'option');
  return { values, positionals, given, unknown: given.find(({ name }) => !Object.hasOwn(options, name)) };
}
