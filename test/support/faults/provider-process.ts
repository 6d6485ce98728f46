import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { end } from '../child-process.js';
import { forkedProgram } from '../forked-program.js';
import type { Behaviour, ProviderTrial } from './provider.js';

const program = forkedProgram<ProviderTrial, { readonly port: number }>('test/support/faults/provider.ts');

/** Removes the program. */
export const removeProviderProgram = program.remove;

/** An OpenID provider in a process of its own: metadata, key set, introspection and tokens. */
export interface ProviderProcess {
  readonly url: string;
  /** Answers otherwise from now on. */
  behave(behaviour: Behaviour): Promise<void>;
  /** Publishes other keys from now on, or when it is started the next time. */
  publish(keys: readonly object[]): Promise<void>;
  /** Lets it take connections and answer nothing. */
  freeze(): void;
  /** Ends {@link freeze}. */
  thaw(): void;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
}

/** Starts a provider on a free loopback port. */
export async function startProvider(keys: readonly object[]): Promise<ProviderProcess> {
  let trial: ProviderTrial = { port: 0, behaviour: 'honest', keys };
  let child: ChildProcess;
  const start = async () => {
    const started = await program.start(trial);
    child = started.child;
    trial = { ...trial, port: started.told.port };
  };
  const change = async (changes: Partial<ProviderTrial>) => {
    trial = { ...trial, ...changes };
    if (!child.connected) return;
    child.send(changes);
    await once(child, 'message');
  };
  await start();
  return {
    url: `http://localhost:${trial.port}`,
    behave: (behaviour) => change({ behaviour }),
    publish: (published) => change({ keys: published }),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => end(child, 'SIGKILL'),
    restart: start,
  };
}
