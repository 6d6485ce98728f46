import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const CLIENTS = 2;
/** Bytes of the heap that a connection may cost beyond one without the module: its principal, its credentials, and what finds them again. */
const MOST_BYTES = 6000;
/** All connections together have one timer. */
const MOST_TIMERS = 1;

/** Opens connections to a gateway with and without the module, and compares what the server keeps for them. */
export const connections = {
  words: '[number]: opens 10,000 WebSocket connections, with and without the module; prints the heap for each and the number of timers',

  /** @param {readonly string[]} args */
  async run([count = '10000']) {
    execFileSync('npm', ['run', '--silent', 'build:library'], { cwd: root, stdio: 'inherit' });
    const without = await measure('without', Number(count));
    const withModule = await measure('with', Number(count));
    const bytes = withModule.bytes - without.bytes;
    const timers = withModule.timers - without.timers;
    console.log(`The module costs ${bytes} bytes for each connection, and ${timers} timers for all of them.`);
    if (bytes > MOST_BYTES || timers > MOST_TIMERS) {
      console.error(`That is more than ${MOST_BYTES} bytes or ${MOST_TIMERS} timer.`);
      process.exitCode = 1;
    }
  },
};

/** @param {'with' | 'without'} variant @param {number} count */
async function measure(variant, count) {
  const secret = randomBytes(32).toString('hex');
  const server = start('server.js', variant, secret);
  const [port] = await once(server, 'message');
  const before = await ask(server);
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    start('clients.js', String(port), secret, String(Math.ceil(count / CLIENTS)), String(index)),
  );
  await Promise.all(clients.map((client) => once(client, 'message')));
  const open = await ask(server);
  await Promise.all(clients.map(end));
  const after = await ask(server);
  await end(server);
  const bytes = Math.round((open.heap - before.heap) / open.connections);
  const left = Math.round((after.heap - before.heap) / open.connections);
  const timers = open.timers - before.timers;
  console.log(
    `${variant} the module: ${open.connections} connections, ${bytes} bytes of heap for each, ${timers} more timers than before; ` +
      `when they are closed ${after.connections} connections, ${left} bytes for each, ${after.timers - before.timers} more timers.`,
  );
  return { bytes, timers };
}

/** A program with as many open files as the system allows. @param {string} file @param {readonly string[]} args */
function start(file, ...args) {
  const program = join(import.meta.dirname, 'connections', file);
  const command = 'ulimit -n "$(ulimit -Hn)"; exec "$@"';
  const node = [process.execPath, '--expose-gc', program, ...args];
  const child = spawn('bash', ['-c', command, 'bash', ...node], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  // It has said why. The others end with this process.
  return child.once('exit', (code) => code !== 0 && code !== null && process.exit(1));
}

/** @param {import('node:child_process').ChildProcess} server @returns {Promise<{ heap: number, timers: number, connections: number }>} */
async function ask(server) {
  server.send('measure');
  const [answer] = await once(server, 'message');
  return answer;
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  child.kill();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
