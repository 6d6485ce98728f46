import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type BuiltPrograms, buildPrograms } from './built-programs.js';

/** A program that is given what to do as JSON, and sends a message when it is ready, or one with an `error`. */
export interface ForkedProgram<Given, Told> {
  /** Starts it, and waits for its message. @param env - what it has in its environment beside that of the tests */
  start(given: Given, env?: NodeJS.ProcessEnv): Promise<{ readonly child: ChildProcess; readonly told: Told }>;
  /** Removes what was built. */
  remove(): Promise<void>;
}

/** A program of the tests, given by its entry file: it is built once, when it is started first. */
export function forkedProgram<Given, Told>(main: string): ForkedProgram<Given, Told> {
  let built: Promise<BuiltPrograms> | undefined;
  return {
    async start(given, env) {
      built ??= buildPrograms([main]);
      const entry = (await built).main(main);
      const child = fork(fileURLToPath(entry), [JSON.stringify(given)], { silent: true, env: { ...process.env, ...env } });
      child.stderr?.pipe(process.stderr);
      const ended = once(child, 'exit').then(() => [{ error: `${main} ended before it was ready.` }]);
      const [told] = await Promise.race([once(child, 'message'), ended]);
      if (told.error !== undefined) throw new Error(told.error);
      return { child, told };
    },
    async remove() {
      await (await built)?.remove();
      built = undefined;
    },
  };
}
