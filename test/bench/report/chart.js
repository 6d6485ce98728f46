import { significant } from './table.js';

const SITUATIONS = ['one repeated token', 'all-new tokens', 'new bad signatures'];
const LEFT_OUT = /third of 3|rejectedCacheConfig|empty guard/;
const RAW = 'raw';
const NAMES = { [RAW]: 'crypto.verify alone' };
const [LABELS, BARS, GAP, BAR, TITLE] = [300, 380, 40, 20, 30];
const WIDTH = LABELS + BARS + 120;

/**
 * Draws the guard path as bars on a logarithmic scale. Colours are chosen by the reader's own preference for light or dark.
 *
 * @param {readonly import('./result.js').Row[]} rows - of the guard path
 */
export function toSvg(rows) {
  const shown = rows.filter(
    ({ group, situation, contender }) => group === 'RS256' && SITUATIONS.includes(situation) && !LEFT_OUT.test(contender),
  );
  const [least, most] = [0.5, Math.max(...shown.map(({ value }) => value))];
  const widthOf = (value) => Math.max(2, (BARS * Math.log(value / least)) / Math.log(most / least));
  let y = 50;
  const blocks = SITUATIONS.map((situation) => {
    const bars = shown.filter((row) => row.situation === situation).sort((a, b) => a.value - b.value);
    const top = y;
    y += TITLE + bars.length * BAR + GAP;
    return [
      `<text class="title" x="10" y="${top + 10}">${situation}</text>`,
      ...bars.map((row, index) => bar(row, top + TITLE + index * BAR, widthOf)),
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Microseconds per request in the guard">
<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .note { fill: #57606a; font-size: 12px; }
  .bar { fill: #8c959f; } .ours { fill: #1a7f37; } .raw { fill: #bf8700; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .note { fill: #9198a1; }
    .bar { fill: #656c76; } .ours { fill: #3fb950; } .raw { fill: #d29922; }
  }
</style>
<text class="note" x="10" y="20">Microseconds per request in the guard, RS256, logarithmic scale. Less is better.</text>
${blocks.flat().join('\n')}
</svg>
`;
}

function bar({ contender, value, ratio }, y, widthOf) {
  const width = widthOf(value).toFixed(1);
  const kind = contender === RAW ? 'raw' : contender.startsWith('nest-service-auth') ? 'ours' : 'bar';
  const label = `${significant(value)} µs (${ratio.toFixed(ratio < 10 ? 2 : 0)} ×)`;
  return [
    `<text x="${LABELS - 8}" y="${y + 4}" text-anchor="end">${NAMES[contender] ?? contender}</text>`,
    `<rect class="${kind}" x="${LABELS}" y="${y - 8}" width="${width}" height="${BAR - 6}" rx="2"/>`,
    `<text class="note" x="${LABELS + Number(width) + 6}" y="${y + 4}">${label}</text>`,
  ].join('\n');
}
