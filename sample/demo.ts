import { readArguments } from '../demo/arguments.js';
import { runDemo } from '../demo/run.js';
import { DEMOS } from './demos.js';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.abort(new Error(`Stopped by ${signal}`)));
// npm runs scripts in a shell and sends a signal to that shell only, so this process does not receive it.
if (process.env.npm_lifecycle_event !== undefined) endWithParent(process.ppid);

try {
  const { name = Object.keys(DEMOS)[0] ?? '', ...options } = readArguments(process.argv.slice(2));
  const load = Object.hasOwn(DEMOS, name) ? DEMOS[name] : undefined;
  if (load === undefined) throw new Error(`Unknown demo '${name}'. Known demos: ${Object.keys(DEMOS).join(', ')}`);
  const demo = await load();
  if (options.trace && demo.trace === undefined)
    throw new Error(`The services of the demo '${name}' send no traces. Run it without --trace.`);
  const isGood = await runDemo(demo, options, interrupted.signal);
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}

/** Stops the demo when the process that started it has ended: the system then gives this process another parent. */
function endWithParent(parent: number): void {
  setInterval(() => process.ppid !== parent && interrupted.abort(new Error('Stopped with npm')), 500).unref();
}
