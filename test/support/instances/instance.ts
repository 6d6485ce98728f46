import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Revocation } from 'nest-service-auth';
import { end } from '../child-process.js';
import { forkedProgram } from '../forked-program.js';

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

const program = forkedProgram<InstanceTrial, { readonly port: number }>('test/support/instances/main.ts');

/** Removes the program. */
export const removeInstanceProgram = program.remove;

/** Starts an instance. */
export async function startInstance(trial: InstanceTrial): Promise<Instance> {
  const { child, told } = await program.start(trial);
  return instanceOf(child, told.port);
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
