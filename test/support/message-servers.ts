import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, untilListening } from './child-process.js';
import { freePorts } from './free-port.js';
import { findOnPath } from './on-path.js';

/** A server that listens on loopback. */
export interface MessageServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** One that fails on demand. */
export interface FallibleMessageServer extends MessageServer {
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Lets it take connections and answer nothing. */
  freeze(): void;
  /** Ends {@link freeze}. */
  thaw(): void;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
}

/** How a server is started in a directory of its own. */
interface Program {
  readonly command: string;
  readonly args: (directory: string, port: number) => readonly string[];
  readonly files?: (directory: string, port: number) => Readonly<Record<string, string>>;
}

const PROGRAMS = {
  'nats-server': { command: 'nats-server', args: (_, port) => ['-a', '127.0.0.1', '-p', String(port)] },
  mosquitto: {
    command: 'mosquitto',
    args: (directory) => ['-c', join(directory, 'mosquitto.conf')],
    files: (_, port) => ({ 'mosquitto.conf': `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n` }),
  },
} as const satisfies Readonly<Record<string, Program>>;

/** Starts a server in a temporary directory, on a free port of loopback. */
export async function startMessageServer(name: keyof typeof PROGRAMS): Promise<FallibleMessageServer> {
  const { command, args, files }: Program = PROGRAMS[name];
  const directory = await mkdtemp(join(tmpdir(), `${name}-`));
  const [port = 0] = await freePorts(1);
  for (const [file, content] of Object.entries(files?.(directory, port) ?? {})) await writeFile(join(directory, file), content);
  const begin = () => start(findOnPath(command) ?? command, args(directory, port), { cwd: directory });
  let child = begin();
  const first = await running([child], port, directory);
  return {
    port,
    async stop() {
      await end(child, 'SIGKILL');
      await first.stop();
    },
    kill: () => end(child, 'SIGKILL'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async restart() {
      child = begin();
      await untilListening(child, port);
    },
  };
}

/** Debian's own script starts RabbitMQ as another user: this is what it calls. */
const RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Starts RabbitMQ with a name server of its own, which the usual one would leave running. */
export async function startRabbitMq(): Promise<MessageServer> {
  const directory = await mkdtemp(join(tmpdir(), 'rabbitmq-'));
  const [port = 0, names = 0, distribution = 0] = await freePorts(3);
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `test${process.pid}@localhost`,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'plugins'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
  const epmd = start(findOnPath('epmd') ?? 'epmd', ['-address', '127.0.0.1', '-port', String(names)], { env });
  const broker = start(RABBITMQ, [], { env, cwd: directory });
  return running([broker, epmd], port, directory);
}

function start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(command, args, { stdio: 'ignore', ...options });
}

async function running(
  [server, ...others]: readonly [ChildProcess, ...ChildProcess[]],
  port: number,
  directory: string,
): Promise<MessageServer> {
  const stop = async () => {
    for (const child of [server, ...others]) await end(child);
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilListening(server, port, 150_000);
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
