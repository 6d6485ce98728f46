import { styleText } from 'node:util';
import { describeBody, fieldValue } from './compare.js';
import { curl } from './curl.js';
import type { Chapter, Expectation } from './demo.js';
import type { Answer } from './https-client.js';
import type { Reporter, Score } from './replay.js';

/** The header fields that are printed. */
const INTERESTING = ['www-authenticate', 'retry-after', 'location', 'content-type', 'content-length'];

/** Prints every request and answer. */
export function printer(caFile: string | undefined): Reporter {
  return {
    incident: ({ title }) => console.log(`\n${style('bold', `— ${title}`)}`),
    request: (step, number) => console.log(`\n${style('bold', `${number}. ${step.title}`)}\n   ${style('dim', `$ ${curl(step, caFile)}`)}`),
    waiting: ({ status }, seconds) => console.log(`   ${status}, trying again in ${seconds} s …`),
    answer: (answer, { expect, keepToken }, wrong) => {
      printAnswer(answer, expect, wrong);
      if (keepToken !== undefined && wrong.length === 0) console.log(style('dim', `   kept as $${keepToken}`));
    },
    finding: ({ title }, number, { shown, wrong }) => {
      console.log(`\n${style('bold', `${number}. ${title}`)}`);
      for (const line of shown) console.log(`   ${line}`);
      printVerdict(wrong);
    },
  };
}

/** Prints the title of a chapter. */
export function printTitle({ title }: Chapter): void {
  if (title !== undefined) console.log(`\n${style('bold', `=== ${title} ===`)}`);
}

/** Prints the score of a chapter, or of the whole replay. */
export function printScore({ passed, asked }: Score, what?: string): void {
  const count = style(passed === asked ? 'green' : 'red', `${passed}/${asked}`);
  console.log(`\n${what === undefined ? count : `${what}: ${count}`}`);
}

function printAnswer(answer: Answer, expected: Expectation, wrong: readonly string[]): void {
  console.log(`   ${style('bold', String(answer.status))}  ${answer.body || '(no body)'}`);
  for (const name of INTERESTING)
    if (answer.headers[name] !== undefined) console.log(`        ${name}: ${fieldValue(answer.headers[name])}`);
  console.log(`   expected: ${describe(expected)}`);
  printVerdict(wrong);
}

function printVerdict(wrong: readonly string[]): void {
  console.log(wrong.length === 0 ? style('green', '   ✓') : style('red', `   ✗ ${wrong.join('; ')}`));
}

function describe(expected: Expectation): string {
  const { status, headers = {} } = expected;
  if (status === 'handshake failed') return 'the TLS handshake fails';
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [status, ...fields, describeBody(expected)].join(', ');
}

/** Colours text on a terminal. A log file gets plain text. */
function style(format: 'bold' | 'dim' | 'green' | 'red', text: string): string {
  return process.stdout.isTTY && process.env.NO_COLOR === undefined ? styleText(format, text) : text;
}
