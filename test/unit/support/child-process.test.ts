import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { end } from '../../support/child-process.js';

const run = (code: string) => spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
const endless = () => run('setInterval(() => {}, 1000)');

async function ended(child: ChildProcess): Promise<ChildProcess> {
  await once(child, 'exit');
  return child;
}

describe('end()', () => {
  it('ends a process, and has nothing to do the second time', async () => {
    const child = endless();
    await Promise.all([end(child), end(child)]);
    expect(child.signalCode).toBe('SIGTERM');
    await end(child);
  });

  it('sends the signal that it is given', async () => {
    const child = endless();
    await end(child, 'SIGKILL');
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('leaves a process alone that has ended by itself', async () => {
    await end(await ended(run('process.exit(3)')));
  });

  it('leaves a process alone that a signal has ended', async () => {
    await end(await ended(run('process.kill(process.pid, "SIGKILL")')));
  });

  it('leaves alone what was never started', async () => {
    await end(undefined);
  });
});
