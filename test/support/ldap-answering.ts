import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'ldapts';
import { hasEnded } from './child-process.js';

/** Milliseconds that a directory may take to start: Samba makes its keys first. */
const PATIENCE = 60_000;

/** Waits until a directory accepts a login; an anonymous one, where none is given. */
export async function untilAnswering(
  child: ChildProcess,
  url: string,
  [dn, password]: readonly [string, string] = ['', ''],
): Promise<void> {
  for (const late = performance.now() + PATIENCE; hasEnded(child) || !(await isAnswering(url, dn, password)); await sleep(50))
    if (hasEnded(child) || performance.now() > late) throw new Error(`${child.spawnfile} does not answer on ${url}.`);
}

async function isAnswering(url: string, dn: string, password: string): Promise<boolean> {
  const client = new Client({ url, timeout: 2000, connectTimeout: 2000 });
  try {
    await client.bind(dn, password);
    return true;
  } catch {
    return false;
  } finally {
    await client.unbind();
  }
}
