/** Where a command reads and writes: the process's own streams, or a test's. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  /** Prompts, hints and errors: what must not get into a file that `output` is sent to. */
  readonly notes: NodeJS.WritableStream;
}

/** One command of the command line. */
export interface Command {
  /** How it is called, and what it does, in one line each. */
  readonly usage: string;
  readonly summary: string;
  /**
   * Runs it.
   *
   * @throws UsageError when it was called wrongly.
   */
  run(args: readonly string[], terminal: Terminal): Promise<void>;
}

/** The caller's mistake: its message is all that is shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
