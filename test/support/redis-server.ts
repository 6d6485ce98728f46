import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { end } from './child-process.js';
import { freePorts } from './free-port.js';

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
  let child = await start(path, port, directory);
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
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function start(path: string, port: number, directory: string): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  const child = spawn(path, args, { stdio: 'ignore' });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await listens(port)) return child;
    await delay(25);
  }
  child.kill('SIGKILL');
  throw new Error('redis-server did not start.');
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
