import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long the server may take to start, in milliseconds. */
const START_TIMEOUT = 10_000;

/** Returns where `nats-server` is installed. Debian installs it in /usr/sbin, which is not on the PATH of every user. */
export function findNatsServer({ PATH = '' }: NodeJS.ProcessEnv): string | undefined {
  return [...PATH.split(delimiter), '/usr/sbin'].map((folder) => join(folder, 'nats-server')).find(isExecutable);
}

/**
 * Starts the server on a port of loopback. It stops when this process ends.
 *
 * @throws Error if it does not start.
 */
export async function startNatsServer(program: string, port: number): Promise<void> {
  const child = spawn(program, ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  for (const late = Date.now() + START_TIMEOUT; !(await isListening(port)); await sleep(50))
    if (Date.now() > late || child.exitCode !== null) throw new Error(`${program} does not start on port ${port}.`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
