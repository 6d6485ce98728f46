/** The processor time that a check of one call may take, in milliseconds, whatever it is given: what grows faster than its input takes minutes. */
const BOUND = 1500;

/**
 * Runs a check, and fails if it takes too much of the processor. The clock on the wall would also count what other programs do.
 *
 * @throws Error if it took too long.
 */
export async function withinBound<T>(check: () => T | Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await check();
  const { user, system } = process.cpuUsage(before);
  const spent = (user + system) / 1000;
  if (spent > BOUND) throw new Error(`The check took ${Math.round(spent)} ms of the processor.`);
  return result;
}
