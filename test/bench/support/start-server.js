import { fork } from 'node:child_process';
import { once } from 'node:events';

/** @typedef {{ contender: string, adapter: 'express' | 'fastify', trust: import('../contenders/contender.js').Trust, tls?: import('../../../dist/index.js').SecureSocketConfig }} Order */

/** Starts a contender's server in a process of its own. @param {Order} order */
export async function startServer(order) {
  const child = fork(new URL('server.js', import.meta.url), { serialization: 'advanced' });
  const ask = async (/** @type {object} */ message) => {
    const answer = once(child, 'message', { signal: AbortSignal.timeout(30_000) });
    child.send(message);
    return (await answer)[0];
  };
  const { port } = await ask(order);
  return {
    url: `http${order.tls ? 's' : ''}://127.0.0.1:${port}`,
    /** Microseconds of processor time so far, of all its threads. */
    cpuMicros: async () => {
      const { user, system } = (await ask({ ask: 'cpu' })).cpu;
      return user + system;
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
