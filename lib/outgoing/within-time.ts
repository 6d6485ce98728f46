/** Waits for `task`, but no longer than `seconds`: then the answer is `late`, and what becomes of the task does not matter any more. */
export async function withinTime<T>(seconds: number, task: () => Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), seconds * 1000);
  });
  try {
    return await Promise.race([task(), late]);
  } finally {
    clearTimeout(timer);
  }
}
