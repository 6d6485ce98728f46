import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { leaveOut } from './obtain.js';

/** @typedef {{ readonly command: string, readonly args: readonly string[], readonly env?: Readonly<Record<string, string>> }} Program */

/**
 * A broker of messages: the programs that it consists of, the last of which listens on the port.
 *
 * @typedef {{ readonly scheme: string, readonly needs: readonly string[], readonly programs: (directory: string, port: number) => Promise<readonly Program[]> }} Broker
 */

/** Debian's own script starts RabbitMQ as another user: this is what it calls. */
const RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** @type {Readonly<Record<string, Broker>>} */
const BROKERS = {
  nats: {
    scheme: 'nats',
    needs: ['nats-server'],
    programs: async (_, port) => [{ command: 'nats-server', args: ['-a', '127.0.0.1', '-p', String(port)] }],
  },
  mqtt: {
    scheme: 'mqtt',
    needs: ['mosquitto'],
    programs: async (directory, port) => {
      const file = join(directory, 'mosquitto.conf');
      writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
      return [{ command: 'mosquitto', args: ['-c', file] }];
    },
  },
  rabbitmq: { scheme: 'amqp', needs: ['epmd', RABBITMQ], programs: programsOfRabbitmq },
};

/** With a name server of its own, which the usual one would leave running. @param {string} directory @param {number} port @returns {Promise<readonly Program[]>} */
async function programsOfRabbitmq(directory, port) {
  const [names, distribution] = [await freePort(), await freePort()];
  const env = {
    PATH: String(process.env.PATH),
    HOME: directory,
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `package${port}@localhost`,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'plugins'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
  return [
    { command: 'epmd', args: ['-address', '127.0.0.1', '-port', String(names)], env },
    { command: RABBITMQ, args: [], env },
  ];
}

/**
 * Starts every broker that is installed, on loopback, for the time of `use`. What is missing is reported.
 *
 * @param {string} directory - where they keep what they write.
 * @param {(urls: readonly string[]) => Promise<void>} use - is given `name=URL` for each of them.
 */
export async function withBrokers(directory, use) {
  /** @type {import('node:child_process').ChildProcess[]} */
  const children = [];
  /** @type {string[]} */
  const urls = [];
  try {
    for (const [name, broker] of Object.entries(BROKERS)) {
      const missing = broker.needs.find((command) => find(command) === undefined);
      if (missing === undefined) urls.push(`${name}=${await start(broker, join(directory, name), children)}`);
      else leaveOut(`messages over ${name}: ${missing} is not installed`);
    }
    await use(urls);
  } finally {
    await Promise.all(children.map(end));
  }
}

/** @param {Broker} broker @param {string} directory @param {import('node:child_process').ChildProcess[]} children - those that are started are added. */
async function start({ scheme, programs }, directory, children) {
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  for (const { command, args, env = process.env } of await programs(directory, port))
    children.push(spawn(find(command) ?? command, args, { stdio: 'ignore', cwd: directory, env }));
  await listening(port);
  return `${scheme}://127.0.0.1:${port}`;
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(timer);
}

/** @param {string} command */
function find(command) {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const paths = command.startsWith('/') ? [command] : directories.map((directory) => join(directory, command));
  return paths.find((path) => existsSync(path));
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** RabbitMQ takes ten seconds, and longer on a machine under load. @param {number} port */
async function listening(port) {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Nothing listens on port ${port}: a broker did not start.`);
}
