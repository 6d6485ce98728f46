import { judge } from './targets.js';

/** Writes rows as one Markdown table. @param {readonly import('./result.js').Row[]} rows */
export function toMarkdown(rows) {
  const header = ['', 'Situation', 'Contender', 'Value', 'Ratio', 'Allocated', 'To reach'];
  const lines = rows.map((row) => [
    row.group,
    row.situation,
    row.contender,
    formatValue(row),
    formatRatio(row),
    formatBytes(row),
    formatTarget(row),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column].length)));
  const write = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [write(header), write(widths.map((width) => '-'.repeat(width))), ...lines.map(write)].join('\n');
}

/** Three digits that count. */
export function significant(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : 2);
}

const formatValue = ({ value, unit }) => `${significant(value)} ${unit}`;
const formatRatio = ({ ratio }) => (ratio === undefined ? '' : `${ratio.toFixed(ratio < 10 ? 3 : 1)}`);
const formatBytes = ({ bytes }) => (bytes === undefined ? '' : `${bytes.toLocaleString('en')} B`);

function formatTarget(row) {
  const verdict = judge(row);
  return verdict === undefined ? '' : `${verdict.atMost} ${verdict.isMet ? '✓' : '✗'}`;
}
