import { readArguments } from './arguments.js';
import { DEMOS } from './demos.js';
import { runDemo } from './run.js';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.abort(new Error(`Stopped by ${signal}`)));
// npm runs scripts in a shell, and passes a signal on to the shell alone: nobody but the operating system tells this process.
if (process.env.npm_lifecycle_event !== undefined) endWithParent(process.ppid);

try {
  const { name = Object.keys(DEMOS)[0] ?? '', ...options } = readArguments(process.argv.slice(2));
  const load = Object.hasOwn(DEMOS, name) ? DEMOS[name] : undefined;
  if (load === undefined) throw new Error(`There is no demo '${name}'. There is: ${Object.keys(DEMOS).join(', ')}`);
  const demo = await load();
  if (options.trace && demo.trace === undefined) throw new Error(`The demo '${name}' has no trace to show. Run it without --trace.`);
  const isGood = await runDemo(demo, options, interrupted.signal);
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}

/** Stops the demo when the process that started it is gone and another one has inherited it. */
function endWithParent(parent: number): void {
  setInterval(() => process.ppid !== parent && interrupted.abort(new Error('Stopped with npm')), 500).unref();
}
