import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type BuiltPrograms, buildPrograms } from '../../support/built-programs.js';
import { end, hasEnded } from '../../support/child-process.js';
import { readCommands, type SuggestedCommand } from '../../support/suggested-command.js';

const SAMPLES = readdirSync('sample').filter((name) => /^\d\d-/.test(name));
const mainOf = (sample: string) => `sample/${sample}/main.ts`;

let built: BuiltPrograms;
beforeAll(async () => {
  built = await buildPrograms(SAMPLES.map(mainOf));
}, 120_000);
afterAll(() => built.remove());

/** Starts a sample as its reader does, waits for the commands that it prints, and does something with them while it runs. */
async function whileRunning(sample: string, use: (commands: readonly SuggestedCommand[]) => Promise<void>): Promise<void> {
  const env = { ...process.env, PORT: '0', STOCK_PORT: '0' };
  const child = spawn(process.execPath, [fileURLToPath(built.main(mainOf(sample)))], { stdio: ['ignore', 'pipe', 'pipe'], env });
  try {
    await use(await printedBy(child));
  } finally {
    await end(child);
  }
}

async function printedBy(child: ChildProcess): Promise<SuggestedCommand[]> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const late = AbortSignal.timeout(30_000);
  // One write holds all of the commands, and ends with an empty line.
  while (!/\ncurl [\s\S]*\n\n$/.test(output)) {
    if (late.aborted || hasEnded(child)) throw new Error(`The sample does not print its commands:\n${output}`);
    await sleep(50);
  }
  return readCommands(output);
}

it('numbers the samples from 01 on, without a gap', () => {
  expect(SAMPLES.map((name) => Number(name.slice(0, 2)))).toEqual([1, 2, 3, 4, 5, 6]);
});

describe.each(SAMPLES)('the sample %s', (sample) => {
  it('prints commands that are answered as it says', async () => {
    await whileRunning(sample, async (commands) => {
      const answers: string[] = [];
      for (const { line, url, init, status } of commands) {
        const answer = await fetch(url, init);
        answers.push(`${answer.status === status ? 'as promised' : answer.status}: ${line}`);
      }
      expect(answers).toEqual(commands.map(({ line }) => `as promised: ${line}`));
      expect(commands.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 401]));
    });
  }, 60_000);
});
