/** Waits for `task`, but no longer than `seconds`: then the outcome is that of `late`, and that of the task is ignored. */
export async function withinTime<T>(seconds: number, task: () => Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    // Timers run before the network is read: after a pause of the process, an answer that has arrived is still taken.
    timer = setTimeout(() => setImmediate(resolve), seconds * 1000);
  });
  try {
    return await Promise.race([task(), timeout.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
