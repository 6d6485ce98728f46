import { parseArgs } from 'node:util';

/** The arguments of the command line. */
export interface Arguments {
  /** The name of the demo. Undefined for the default one. */
  readonly name: string | undefined;
  /** Whether the services keep running after the steps. */
  readonly serve: boolean;
  /** Whether the services send traces, one of which is shown. */
  readonly trace: boolean;
}

const OPTIONS = { serve: { type: 'boolean' }, trace: { type: 'boolean' } } as const;

/**
 * Reads the arguments of the command line.
 *
 * @throws Error that lists the known options, if an option is unknown or several demos are named.
 */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals, tokens } = parseArgs({
    args: [...words],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const known = Object.keys(OPTIONS).map((name) => `--${name}`);
  const unknown = tokens.find((token) => token.kind === 'option' && (!known.includes(token.rawName) || token.value !== undefined));
  if (unknown !== undefined) throw new Error(`Unknown option '${words[unknown.index]}'. Known options: ${known.join(', ')}`);
  if (positionals.length > 1) throw new Error(`Name one demo only, not ${positionals.map((each) => `'${each}'`).join(' and ')}.`);
  return { name: positionals[0], serve: values.serve === true, trace: values.trace === true };
}
