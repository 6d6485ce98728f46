import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds, so many seconds at most. */
export async function eventually(holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  for (const end = performance.now() + seconds * 1000; !(await holds()); await sleep(20))
    if (performance.now() > end) throw new Error('It did not happen in time.');
}
