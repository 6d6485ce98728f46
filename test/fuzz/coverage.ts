import { type Profiler, Session } from 'node:inspector';

/** Says which blocks of one script ran, by V8's own counters. */
export class Coverage {
  private readonly session = new Session();
  private readonly seen = new Set<string>();

  /** @param file - the end of the name of the script. */
  constructor(private readonly file: string) {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How many blocks have run so far. */
  get size(): number {
    return this.seen.size;
  }

  /** The blocks that ran since the last call, and had not run before. */
  take(): readonly string[] {
    let found: readonly string[] = [];
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error === null) found = this.unseenIn(answer.result);
    });
    return found;
  }

  /** Takes notice of blocks. @returns whether there are any */
  learn(blocks: readonly string[]): boolean {
    for (const block of blocks) this.seen.add(block);
    return blocks.length > 0;
  }

  stop(): void {
    this.session.disconnect();
  }

  private unseenIn(scripts: readonly Profiler.ScriptCoverage[]): readonly string[] {
    return scripts
      .filter(({ url }) => url.endsWith(this.file))
      .flatMap((script) => script.functions.flatMap(({ ranges }) => ranges))
      .filter(({ count }) => count > 0)
      .map(({ startOffset, endOffset }) => `${startOffset}-${endOffset}`)
      .filter((block) => !this.seen.has(block));
  }
}
