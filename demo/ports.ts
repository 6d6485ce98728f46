import { once } from 'node:events';
import { connect } from 'node:net';
import type { DemoService } from './demo.js';

/** Both addresses of `localhost`: another program on either one would answer in place of the demo. */
const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Checks that the ports of a demo are free.
 *
 * @throws Error that names the ports that are taken.
 */
export async function refuseTakenPorts(services: readonly Pick<DemoService, 'name' | 'port'>[]): Promise<void> {
  const taken = await Promise.all(services.map(({ port }) => isTaken(port)));
  const problems = services
    .filter((_, index) => taken[index])
    .map(({ name, port }) => `Port ${port}, which ${name} needs, is already in use. Stop the program that listens there and try again.`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

async function isTaken(port: number): Promise<boolean> {
  const answers = await Promise.all(LOOPBACK.map((host) => isListening(host, port)));
  return answers.includes(true);
}

async function isListening(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
