import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { end } from './child-process.js';
import { freePorts } from './free-port.js';

/** How long it may take to start, in milliseconds. */
const PATIENCE = 10_000;

/** A Redis of a test's own, on loopback, without persistence. */
export interface RedisServer {
  readonly port: number;
  /** Lets it take connections and answer nothing. */
  freeze(): void;
  /** Ends {@link freeze}. */
  thaw(): void;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the program at `path`. */
export async function startRedis(path: string): Promise<RedisServer> {
  const [port = 0] = await freePorts(1);
  const directory = await mkdtemp(join(tmpdir(), 'redis-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  let child = await start(path, port, directory).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const kill = () => end(child, 'SIGKILL');
  return {
    port,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    kill,
    async restart() {
      child = await start(path, port, directory);
    },
    async close() {
      await kill();
      await remove();
    },
  };
}

async function start(path: string, port: number, directory: string): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  if (await logs(child, 'Ready to accept connections')) return child;
  await end(child, 'SIGKILL');
  throw new Error('redis-server did not start.');
}

/** Another process may have taken the port: only what this one logs says that it is the one that listens. */
function logs({ stdout }: ChildProcessByStdio<null, Readable, null>, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    let log = '';
    const late = setTimeout(resolve, PATIENCE, false);
    const settle = (isLogged: boolean) => {
      clearTimeout(late);
      resolve(isLogged);
    };
    stdout.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      if (log.includes(text)) settle(true);
    });
    stdout.once('close', () => settle(false));
  });
}
