import type { Reporter } from '../../demo/replay.js';

/** Listens to a replay and keeps what was not as expected, by title. */
export class ReplayRecorder implements Reporter {
  readonly wrong: Record<string, readonly string[]> = {};

  incident(): void {}

  request(): void {}

  waiting(): void {}

  answer(...[, { title }, differences]: Parameters<Reporter['answer']>): void {
    if (differences.length > 0) this.wrong[title] = differences;
  }

  finding(...[{ title }, , { wrong }]: Parameters<Reporter['finding']>): void {
    if (wrong.length > 0) this.wrong[title] = wrong;
  }
}
