import { parseArgs } from 'node:util';
import { DEMOS } from './demos.js';
import { runDemo } from './run.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { serve: { type: 'boolean', default: false } } });
const [name = Object.keys(DEMOS)[0] ?? ''] = positionals;
const load = Object.hasOwn(DEMOS, name) ? DEMOS[name] : undefined;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.abort(new Error(`Stopped by ${signal}`)));
// npm runs scripts in a shell, and passes a signal on to the shell alone: nobody but the operating system tells this process.
if (process.env.npm_lifecycle_event !== undefined) endWithParent(process.ppid);

try {
  if (load === undefined) throw new Error(`There is no demo '${name}'. There is: ${Object.keys(DEMOS).join(', ')}`);
  const isGood = await runDemo(await load(), values.serve, interrupted.signal);
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}

/** Stops the demo when the process that started it is gone and another one has inherited it. */
function endWithParent(parent: number): void {
  setInterval(() => process.ppid !== parent && interrupted.abort(new Error('Stopped with npm')), 500).unref();
}
