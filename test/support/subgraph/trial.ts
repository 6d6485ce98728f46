import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPrograms } from '../built-programs.js';
import type { RESOLVERS } from './resolvers.js';

const run = promisify(execFile);
const MAIN = 'test/support/subgraph/main.ts';

/** An application with one resolver, and a query. */
export interface Trial {
  readonly schema: 'code first' | 'schema first' | 'no federation';
  readonly resolver: keyof typeof RESOLVERS;
  /** More options of `GraphQLModule`. */
  readonly options?: { readonly guards?: boolean; readonly withFunctions?: boolean };
  /** Whether the options come from a factory. */
  readonly isAsync?: boolean;
  readonly query?: string;
}

/** What came of it: what the boot said, what stopped it, and the answer to the query. */
export interface TrialResult {
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
  readonly answer: { readonly data?: Readonly<Record<string, unknown>> | null; readonly errors?: readonly { readonly message: string }[] };
}

/**
 * Tries applications on a driver of @nestjs/graphql. What is written in code, that package keeps for good: each of those needs a process
 * of its own; the others share one.
 */
export async function tryAll(driver: string, trials: readonly Trial[]): Promise<TrialResult[]> {
  const { main, remove } = await buildPrograms([MAIN]);
  const shared = trials.filter(({ schema }) => schema !== 'code first');
  const batches = [shared, ...trials.filter((trial) => !shared.includes(trial)).map((trial) => [trial])];
  const results = new Map<Trial, TrialResult>();
  for (const batch of batches) {
    const { stdout } = await run(process.execPath, [fileURLToPath(main(MAIN)), driver, JSON.stringify(batch)]);
    const all: TrialResult[] = JSON.parse(stdout.slice(stdout.indexOf('[{"warnings"')));
    for (const [index, result] of all.entries()) results.set(batch[index] as Trial, result);
  }
  await remove();
  return trials.map((trial) => results.get(trial) as TrialResult);
}
