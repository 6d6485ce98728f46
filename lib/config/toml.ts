import { parse, TomlError } from 'smol-toml';

/**
 * Parses a TOML text.
 *
 * @param mistakeAt - makes the error to throw for a syntax error. The message never quotes the text, which may hold a password.
 */
export function parseToml(source: string, mistakeAt: (line: number, column: number, message: string) => Error): unknown {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The first line only: the others show the text around the mistake.
    const [reason = ''] = error.message.split('\n', 1);
    throw mistakeAt(error.line, error.column, `is not TOML: ${reason.replace('Invalid TOML document: ', '')}`);
  }
}

/** The line of entry `index` of an array of tables, or of its `field` where that is found; undefined where it is unknown. */
export type EntryLine = (index: number, field?: string) => number | undefined;

/**
 * Finds the `count` headers `[[path]]` in a TOML text: the parser gives no positions of well-formed values, and messages need them.
 * If the array is written in another way, or the count differs, no line is known.
 */
export function findEntries(source: string, path: readonly string[], count: number): EntryLine {
  const lines = source.split(/\r?\n/);
  const header = headerPattern(path);
  const starts = lines.flatMap((line, index) => (header.test(line) ? [index] : []));
  return (index, field) => {
    const start = starts[index];
    if (start === undefined || starts.length !== count) return undefined;
    return (field === undefined ? start : findField(lines, start, field)) + 1;
  };
}

function headerPattern(path: readonly string[]): RegExp {
  const key = path.map((part) => `["']?${part}["']?`).join('\\s*\\.\\s*');
  return new RegExp(`^\\s*\\[\\[\\s*${key}\\s*\\]\\]`);
}

/** The line of a field below the header at `start`, or that of the header. */
function findField(lines: readonly string[], start: number, field: string): number {
  const next = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line));
  const section = lines.slice(start, next === -1 ? undefined : next);
  const offset = section.findIndex((line) => keyOf(line) === field);
  return start + Math.max(offset, 0);
}

function keyOf(line: string): string | undefined {
  const [, quoted, bare] = /^\s*(?:["']([^"']*)["']|([A-Za-z0-9_-]+))\s*[.=]/.exec(line) ?? [];
  return quoted ?? bare;
}
