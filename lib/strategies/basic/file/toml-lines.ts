/** Where the entries of one array of tables stand in a TOML text. */
export interface EntryLines {
  /** The line of entry `index`, or of its `field` where that is found; undefined where it cannot be told. */
  lineOf(index: number, field?: string): number | undefined;
}

const NOWHERE: EntryLines = { lineOf: () => undefined };

/**
 * Finds the `count` headers `[[path]]` in `lines`. A parser gives no positions for values that are well-formed, and an
 * error message should have one. Where an array is written in another way, or the count does not fit, there are none.
 */
export function findEntries(lines: readonly string[], path: readonly string[], count: number): EntryLines {
  const header = headerPattern(path);
  const starts = lines.flatMap((line, index) => (header.test(line) ? [index] : []));
  if (starts.length !== count) return NOWHERE;
  return {
    lineOf(index, field) {
      const start = starts[index];
      if (start === undefined) return undefined;
      return (field === undefined ? start : findField(lines, start, field)) + 1;
    },
  };
}

function headerPattern(path: readonly string[]): RegExp {
  const key = path.map((part) => `["']?${part}["']?`).join('\\s*\\.\\s*');
  return new RegExp(`^\\s*\\[\\[\\s*${key}\\s*\\]\\]`);
}

/** The line of a field below the header at `start`, or the header's own. */
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
