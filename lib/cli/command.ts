/** Where a command reads and writes: the process's own streams, or a test's. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  /** Prompts, hints and errors: they must not get into a file to which `output` is redirected. */
  readonly notes: NodeJS.WritableStream;
}

/** One command of the command line. */
export interface Command {
  /** Its arguments and its purpose, in one line each. */
  readonly usage: string;
  readonly summary: string;
  /**
   * Runs it.
   *
   * @throws UsageError if its arguments are wrong.
   */
  run(args: readonly string[], terminal: Terminal): Promise<void>;
}

/** A mistake in the arguments: only its message is shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
