/** One parser that is given what nobody would send. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with: good ones, and nearly good ones. */
  readonly seeds: readonly (string | Buffer)[];
  /** Texts that mean something to the parser: mutations put them in. */
  readonly words: readonly string[];
  /**
   * Gives an input to the parser. `text` is what a header field would hold: one character for each octet.
   *
   * @returns whether the parser could read it: a target that can read none of its seeds would test refusals only.
   * @throws whatever is not a promise of the parser.
   */
  check(input: Buffer, text: string): boolean | Promise<boolean>;
}

/** Fails where something does not hold. */
export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Runs a parser that may refuse by errors of one class. @returns undefined if it did */
export async function unlessRefused<T>(parse: () => T | Promise<T>, Refusal: new (...args: never[]) => Error): Promise<T | undefined> {
  try {
    return await parse();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
