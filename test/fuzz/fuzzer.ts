import { Coverage } from './coverage.js';
import { mutate, Random } from './mutate.js';
import type { Target } from './target.js';

/** The milliseconds of the processor that one input may take. */
const BOUND = 400;

/** What was found with a target. */
export interface Findings {
  readonly runs: number;
  /** Blocks of the code that ran. */
  readonly blocks: number;
  /** Inputs that reached something new. */
  readonly kept: readonly Buffer[];
  /** What broke a promise: one input for each error. */
  readonly failures: ReadonlyMap<string, Buffer>;
}

/** Gives one input to a target. @returns what is wrong; undefined if nothing is. */
export async function problemWith(target: Target, input: Buffer): Promise<string | undefined> {
  const before = process.cpuUsage();
  try {
    await target.check(input, input.toString('latin1'));
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return stack.split('\n').slice(0, 3).join('\n');
  }
  const { user, system } = process.cpuUsage(before);
  return user + system > BOUND * 1000 ? 'took too much of the processor' : undefined;
}

/** How many inputs run before V8 is asked which blocks they reached: asking takes longer than most inputs. */
const BATCH = 32;

/** Tries inputs: those that reach blocks of the code which no input has reached before are kept, and changed further. */
class Fuzzer {
  readonly kept: Buffer[] = [];
  readonly failures = new Map<string, Buffer>();
  runs = 0;

  constructor(
    private readonly target: Target,
    private readonly coverage: Coverage,
  ) {}

  async tryAll(inputs: readonly Buffer[]): Promise<void> {
    for (const input of inputs) await this.run(input);
    const found = this.coverage.take();
    if (found.length === 0) return;
    for (const input of inputs) {
      await this.run(input);
      if (this.coverage.learn(this.coverage.take())) this.kept.push(input);
    }
    // What a parser remembers is not done again.
    this.coverage.learn(found);
  }

  private async run(input: Buffer): Promise<void> {
    this.runs++;
    const problem = await problemWith(this.target, input);
    if (problem !== undefined && !this.failures.has(problem)) this.failures.set(problem, input);
  }
}

/**
 * Fuzzes a target for some seconds.
 *
 * @param script - the end of the name of the script whose blocks count.
 * @param seed - of the random numbers, above 0.
 */
export async function fuzz(target: Target, corpus: readonly Buffer[], seconds: number, script: string, seed: number): Promise<Findings> {
  const coverage = new Coverage(script);
  const random = new Random(seed);
  const words = target.words.map((word) => Buffer.from(word, 'latin1'));
  const fuzzer = new Fuzzer(target, coverage);
  const { kept, failures } = fuzzer;
  const start = [Buffer.alloc(0), ...corpus];
  await fuzzer.tryAll(start);
  const another = () => random.of(random.below(4) === 0 ? start : kept) ?? Buffer.alloc(0);
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const others = [...kept.slice(-50), ...start];
    await fuzzer.tryAll(Array.from({ length: BATCH }, () => mutate(another(), random, others, words)));
  }
  coverage.stop();
  return { runs: fuzzer.runs, blocks: coverage.size, kept, failures };
}
