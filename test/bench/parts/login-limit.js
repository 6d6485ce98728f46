import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { redisState } from '../../../dist/redis/index.js';
import { protectWith, writeUsersFile } from '../contenders/ours.js';
import { contextOf, openGuard, requestFactory } from '../support/app.js';
import { sideBySide } from '../support/measure.js';

/** High enough that no attempt has to wait. */
const NEVER_REACHED = { limit: 1e9, addressLimit: 1e9, userLimit: 1e9 };

/** What a failing login costs, with a password that costs nothing to check: its counters in memory, and in Redis. @returns {Promise<import('../report/result.js').Row[]>} */
export async function run({ quick }) {
  const redis = await startRedis();
  const path = writeUsersFile();
  const users = (failedLogins) => ({ users: { fileUserStoreConfig: { path, allowPlainText: true, failedLogins } } });
  const variants = {
    'no limit': { schemes: users(false) },
    'limit in memory': { schemes: users(NEVER_REACHED) },
    ...(redis && { 'limit in Redis': { schemes: users(NEVER_REACHED), sharedState: redisState(redis.client, { prefix: 'bench:' }) } }),
  };
  const calls = {};
  const apps = [];
  for (const [name, options] of Object.entries(variants)) {
    const { app, guard } = await openGuard(protectWith({ ...options, defaultAuth: ['users'] }));
    apps.push(app);
    const request = requestFactory(`Basic ${Buffer.from('alice:wrong').toString('base64')}`);
    calls[name] = async () => guard.canActivate(contextOf(request())).then(fail, (error) => error.getStatus());
    const status = await calls[name]();
    if (status !== 401) throw new Error(`${name} answers ${status}.`);
  }
  const costs = await sideBySide(calls, { quick, counts: 'nothing' });
  for (const app of apps) await app.close();
  await redis?.stop();
  const row = { group: 'Basic', situation: 'failing login', unit: 'µs' };
  const rows = Object.entries(costs).map(([contender, { micros }]) => ({ ...row, contender, value: micros }));
  return redis === undefined
    ? [...rows, { ...row, contender: 'limit in Redis: left out, there is no redis-server', value: Number.NaN }]
    : rows;
}

function fail() {
  throw new Error('A wrong password was accepted.');
}

/** A Redis of its own, without persistence; undefined where it is not installed. */
async function startRedis() {
  const directory = mkdtempSync(join(tmpdir(), 'nest-service-auth-bench-redis-'));
  const socket = join(directory, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', directory];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const forget = endWithThisProcess(child, remove);
  const started = await Promise.race([isReady(child), once(child, 'error').then(() => false)]);
  if (!started) {
    forget();
    return void remove();
  }
  const client = new Redis(socket);
  const stop = async () => {
    client.disconnect();
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    forget();
    remove();
  };
  return { client, stop };
}

/** Ends a program that would outlive this process, whatever ends it. @returns what forgets the program */
function endWithThisProcess(child, remove) {
  const end = () => {
    child.kill('SIGKILL');
    remove();
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM']);
  const exit = () => process.exit(1);
  process.once('exit', end);
  // The part ends with the program that has started it, too.
  process.once('disconnect', exit);
  for (const signal of signals) process.once(signal, exit);
  return () => {
    process.off('exit', end);
    process.off('disconnect', exit);
    for (const signal of signals) process.off(signal, exit);
  };
}

/** Whether it has begun to listen; false when it has ended. */
function isReady({ stdout }) {
  return new Promise((resolve) => {
    stdout.on('data', (/** @type {Buffer} */ chunk) => /ready to accept/i.test(String(chunk)) && resolve(true));
    stdout.once('close', () => resolve(false));
  });
}
