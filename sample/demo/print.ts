import { styleText } from 'node:util';
import { differences } from './compare.js';
import { curl } from './curl.js';
import type { Demo, Expectation, Step } from './demo.js';
import type { Answer, HttpsClient } from './https-client.js';

/** The header fields that say something about the answer. */
const INTERESTING = ['www-authenticate', 'location', 'content-type', 'content-length'];

/**
 * Goes through the steps of a demo and prints every request and answer.
 *
 * @returns whether every answer was as expected.
 */
export async function printReplay({ steps, variables, caFile }: Demo, client: HttpsClient, interrupted: AbortSignal): Promise<boolean> {
  let passed = 0;
  for (const [index, step] of steps.entries()) {
    printRequest(step, index + 1, caFile);
    const answer = await client.send(step, variables, interrupted);
    const wrong = differences(answer, step.expect);
    printAnswer(answer, step.expect, wrong);
    if (wrong.length === 0) passed++;
  }
  const isGood = passed === steps.length;
  console.log(`\n${style(isGood ? 'green' : 'red', `${passed}/${steps.length}`)}`);
  return isGood;
}

function printRequest(step: Step, number: number, caFile: string): void {
  console.log(`\n${style('bold', `${number}. ${step.title}`)}\n   ${style('dim', `$ ${curl(step, caFile)}`)}`);
}

function printAnswer(answer: Answer, expected: Expectation, wrong: readonly string[]): void {
  console.log(`   ${style('bold', String(answer.status))}  ${answer.body || '(no body)'}`);
  for (const name of INTERESTING) if (answer.headers[name] !== undefined) console.log(`        ${name}: ${answer.headers[name]}`);
  console.log(`   expected: ${describe(expected)}`);
  console.log(wrong.length === 0 ? style('green', '   ✓') : style('red', `   ✗ ${wrong.join('; ')}`));
}

function describe({ status, headers = {}, body }: Expectation): string {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [status, ...fields, body === '' ? 'no body' : JSON.stringify(body)].join(', ');
}

/** Colours text on a terminal; a log file stays plain. */
function style(format: 'bold' | 'dim' | 'green' | 'red', text: string): string {
  return process.stdout.isTTY && process.env.NO_COLOR === undefined ? styleText(format, text) : text;
}
