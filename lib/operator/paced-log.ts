import type { OperatorLog } from './operator-log.js';
import { type Pace, REAL_PACE } from './pace.js';

/** The subject that takes what is beyond the limit. */
export const OTHERS = 'others';

/** A log that keeps a state for each subject, looks at all of them once a second, and writes summaries. */
export abstract class PacedLog<State> {
  protected readonly subjects = new Map<string, State>();
  /** When the running second began, in seconds of the pace. */
  protected since = 0;
  private timer: ReturnType<Pace['inASecond']> | undefined;

  constructor(
    protected readonly log: OperatorLog,
    protected readonly pace: Pace = REAL_PACE,
  ) {}

  /** Writes what was counted but not reported yet. */
  flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    for (const [subject, state] of this.subjects) this.summarize(subject, state);
    this.subjects.clear();
  }

  /** The state of a subject; the same one for all subjects beyond `most`. */
  protected stateOf(subject: string, most: number, create: () => State): State {
    const name = this.subjects.has(subject) || this.subjects.size < most ? subject : OTHERS;
    const known = this.subjects.get(name);
    if (known !== undefined) return known;
    const state = create();
    this.subjects.set(name, state);
    return state;
  }

  /** Looks at the subjects in a second, unless that is due already. */
  protected start(): void {
    if (this.timer !== undefined) return;
    this.since = this.pace.now();
    this.timer = this.pace.inASecond(() => {
      this.timer = undefined;
      this.pass();
      if (this.subjects.size > 0) this.start();
    });
  }

  /** Looks at every subject, and removes those that are over. */
  protected abstract pass(): void;

  /** Writes the summary of one subject. */
  protected abstract summarize(subject: string, state: State): void;
}
