/** The time that condensed logs go by. */
export interface Pace {
  /** Seconds on a monotonic clock. */
  now(): number;
  /** Calls `act` in a second, unless the process ends before. */
  inASecond(act: () => void): { readonly cancel: () => void };
}

/** Real time: a timer of it does not keep the process alive. */
export const REAL_PACE: Pace = {
  now: () => performance.now() / 1000,
  inASecond(act) {
    const timer = setTimeout(act, 1000).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
