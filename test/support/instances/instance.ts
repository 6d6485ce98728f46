import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Revocation } from 'nest-service-auth';
import { type BuiltPrograms, buildPrograms } from '../built-programs.js';
import { end } from '../child-process.js';

const MAIN = 'test/support/instances/main.ts';

/** How an instance is made. */
export interface InstanceTrial {
  readonly library: 'ioredis' | 'redis';
  readonly redisPort: number;
  readonly issuer: string;
  readonly audience: string;
  readonly secret: string;
  readonly usersFile: string;
  readonly stateSecret: string;
}

/** One instance of an application: a process of its own. */
export interface Instance {
  /** The status of an answer, and how many milliseconds it took. */
  get(path: string, headers: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly took: number }>;
  /** Returns whether the other instances were told. */
  revoke(revocation: Revocation): Promise<boolean>;
  stop(): Promise<void>;
}

let built: Promise<BuiltPrograms> | undefined;

/** Removes the program. */
export async function removeInstanceProgram(): Promise<void> {
  await (await built)?.remove();
  built = undefined;
}

/** Starts an instance. */
export async function startInstance(trial: InstanceTrial): Promise<Instance> {
  built ??= buildPrograms([MAIN]);
  const { main } = await built;
  const child = fork(fileURLToPath(main(MAIN)), [JSON.stringify(trial)], { silent: true });
  child.stderr?.pipe(process.stderr);
  const ended = once(child, 'exit').then(() => [{ error: 'The instance ended before it listened.' }]);
  const [{ port, error }] = await Promise.race([once(child, 'message'), ended]);
  if (error !== undefined) throw new Error(error);
  return instanceOf(child, port);
}

function instanceOf(child: ChildProcess, port: number): Instance {
  return {
    async get(path, headers) {
      const begun = performance.now();
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
      await answer.arrayBuffer();
      return { status: answer.status, took: performance.now() - begun };
    },
    async revoke(revocation) {
      child.send(revocation);
      const [answer] = await once(child, 'message');
      return answer === 'revoked';
    },
    stop: () => end(child, 'SIGKILL'),
  };
}
