import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a process may take to end by itself, or to listen, in milliseconds. */
const PATIENCE = 10_000;

/** Whether a process has ended, by itself or by a signal. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Ends a process and waits until it has ended. One that has ended already sends no event: there is nothing to wait for. */
export async function end(child: ChildProcess | undefined, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child === undefined || hasEnded(child)) return;
  const over = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await over;
  clearTimeout(timer);
}

/** Waits until a process listens on a port of loopback, so many milliseconds at most. */
export async function untilListening(child: ChildProcess, port: number, patience = PATIENCE): Promise<void> {
  for (const late = Date.now() + patience; !(await isListening(port)); await sleep(20))
    if (hasEnded(child) || Date.now() > late) throw new Error(`${child.spawnfile} does not listen on port ${port}.`);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
