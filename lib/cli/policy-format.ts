import type { PolicyEntry } from '../plan/policy.js';
import { decisionInWords } from '../plan/policy-words.js';

/** The format of a printed policy. */
export type PolicyFormat = 'table' | 'json' | 'markdown';

/** The printers, by the name of their format. */
export const FORMATS: Readonly<Record<PolicyFormat, (entries: readonly PolicyEntry[]) => string>> = {
  table: formatTable,
  json: (entries) => `${JSON.stringify(entries, undefined, 2)}\n`,
  markdown: formatMarkdown,
};

/** Whether there is such a format. */
export function isFormat(name: string): name is PolicyFormat {
  return Object.hasOwn(FORMATS, name);
}

/** The path, with the version and the host if there are any: `/order (version 2)`. */
export function placeInWords({ path, version, host }: PolicyEntry): string {
  const more = [...(version === undefined ? [] : [`version ${version}`]), ...(host === undefined ? [] : [`host ${host}`])];
  return more.length === 0 ? path : `${path} (${more.join(', ')})`;
}

const HEADINGS = ['METHOD', 'PATH', 'WHO GETS IN', 'SOURCE', 'HANDLER'] as const;

function rowsOf(entry: PolicyEntry): string[][] {
  const { method, handler, source, exceptions = [] } = entry;
  return [
    [method, placeInWords(entry), decisionInWords(entry), source, handler],
    ...exceptions.map((exception) => ['', '  for some values', decisionInWords(exception), exception.source, '']),
  ];
}

function formatTable(entries: readonly PolicyEntry[]): string {
  const rows = [[...HEADINGS], ...entries.flatMap(rowsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function formatMarkdown(entries: readonly PolicyEntry[]): string {
  const heading = ['Method', 'Path', 'Who gets in', 'Source', 'Handler'];
  const rows = [heading, heading.map(() => '---'), ...entries.flatMap(rowsOf).map((row) => row.map(markdownCell))];
  return rows.map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** A path may contain characters that have a meaning in Markdown. */
function markdownCell(text: string): string {
  return text.trim().replaceAll(/[\\`*_{}[\]<>|]/g, '\\$&');
}
