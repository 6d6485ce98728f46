/** Milliseconds of a clock that nobody sets: for intervals. */
export function monotonic(): number {
  return performance.now();
}
