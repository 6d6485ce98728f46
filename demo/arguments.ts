import { parseArgs } from 'node:util';

/** What a demo was asked for. */
export interface Arguments {
  /** Which one; undefined for the default. */
  readonly name: string | undefined;
  /** Whether the services go on running after the steps. */
  readonly serve: boolean;
  /** Whether the services send traces, of which one is shown. */
  readonly trace: boolean;
}

const OPTIONS = { serve: { type: 'boolean' }, trace: { type: 'boolean' } } as const;

/**
 * Reads the words after the program's name.
 *
 * @throws Error with what there is, if one of them means nothing.
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
  if (unknown !== undefined) throw new Error(`There is no option '${words[unknown.index]}'. There is: ${known.join(', ')}`);
  if (positionals.length > 1) throw new Error(`One demo at a time, not ${positionals.map((each) => `'${each}'`).join(' and ')}.`);
  return { name: positionals[0], serve: values.serve === true, trace: values.trace === true };
}
