/** Milliseconds for which published data stays in use when it is no longer fresh and cannot be fetched again: one hour. */
export const STALE_IF_ERROR = 3_600_000;

/** The longest pause in milliseconds before published data is fetched again after a failure. */
export const LONGEST_PAUSE = 30_000;

/** Seconds for which published data is fresh unless configured. */
export const DEFAULT_FRESHNESS = 600;
