import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** After this time a lock counts as left behind by a process that has crashed. In milliseconds. */
const ABANDONED = 10_000;

/** Runs an action while no other process holds the same `lock`. The lock is a folder, because creating a folder is atomic on every file system. */
export async function whileLocked(lock: string, action: () => Promise<void>): Promise<void> {
  await mkdir(dirname(lock), { recursive: true });
  while (!(await take(lock))) await sleep(50);
  try {
    await action();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await removeIfAbandoned(lock);
    return false;
  }
}

async function removeIfAbandoned(lock: string): Promise<void> {
  const made = await stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  if (made + ABANDONED < Date.now()) await rm(lock, { recursive: true, force: true });
}
