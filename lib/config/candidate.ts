import { isSameFile, type Sighting } from './file-access.js';

/** How long files must have been left alone before they are taken, in milliseconds. */
export interface Patience {
  /** Files that were overwritten. A text does not show whether it is complete; only the end of writing does. */
  readonly quiet: number;
  /** Files that seem to be cut off; also the longest time that any files have to wait. */
  readonly doubt: number;
}

/** Why a text may not be written to its end. */
export const DOUBT =
  'it was overwritten and may not be complete: it ends in the middle of a line, or is the beginning of the previous version. It is used when it has not changed for some time';

/** A file of a set, and how it was written. */
export interface Seen {
  readonly sighting: Sighting;
  /** Whether it was put there as a whole: by renaming a finished file, or by turning a symbolic link. */
  readonly swapped: boolean;
}

/** The files of a set, by path. */
export type SeenFiles = ReadonlyMap<string, Seen>;

/** What has been seen of a file up to now, with the newest look at it. */
export function seenNext(before: Seen | undefined, sighting: Sighting): Seen {
  if (before === undefined) return { sighting, swapped: false };
  if (before.sighting.target !== sighting.target) return { sighting, swapped: true };
  if (before.sighting.identity !== sighting.identity) return { sighting, swapped: sighting.finished };
  return { sighting, swapped: before.swapped && before.sighting.bytes.equals(sighting.bytes) };
}

/** Whether two looks found the same text in every file. */
export function haveSameText(one: SeenFiles, other: SeenFiles): boolean {
  return everyFile(one, other, (a, b) => a.bytes.equals(b.bytes));
}

/** Files that are not in force yet: they have to stay as they are for a while. */
export class Candidate {
  /** The longest pause in the writing so far: the writer may pause again. */
  private longestPause = 0;
  private tried: number | undefined;

  /** @param since - when the files were first seen in this state, on a monotonic clock. */
  constructor(
    readonly files: SeenFiles,
    private since: number,
  ) {}

  /** Whether nothing was done to the files since. */
  isStill(files: SeenFiles): boolean {
    return everyFile(this.files, files, isSameFile);
  }

  /** The candidate that replaces this one, because writing continues. */
  next(files: SeenFiles, now: number, { doubt }: Patience): Candidate {
    const next = new Candidate(files, now);
    const pause = now - this.since;
    // After a long time it is another writer.
    if (pause <= doubt) next.longestPause = Math.max(this.longestPause, pause);
    return next;
  }

  /** Starts its time again: the files could not be read in between. */
  restart(now: number): void {
    this.since = now;
  }

  /** Says that it was tried, and could not be used. */
  refused(now: number): void {
    this.tried = now;
  }

  /** Whether it may be taken now, and if not, whether that is because it seems to be cut off. */
  stateAt(now: number, inForce: SeenFiles | undefined, patience: Patience): 'waiting' | 'doubtful' | 'ready' {
    const age = now - this.since;
    if (this.tried !== undefined) return now - this.tried < patience.doubt ? 'waiting' : 'ready';
    const written = [...this.files].filter(([path, file]) => !file.swapped && !isUnchanged(file, inForce?.get(path)));
    if (written.length === 0) return 'ready';
    const quiet = Math.min(patience.doubt, Math.max(patience.quiet, 2 * this.longestPause));
    if (age < quiet) return 'waiting';
    const isDoubtful = written.some(([path, file]) => seemsCut(inForce?.get(path)?.sighting.bytes, file.sighting.bytes));
    return isDoubtful && age < patience.doubt ? 'doubtful' : 'ready';
  }
}

function everyFile(one: SeenFiles, other: SeenFiles, test: (a: Sighting, b: Sighting) => boolean): boolean {
  return [...one].every(([path, { sighting }]) => {
    const twin = other.get(path);
    return twin !== undefined && test(sighting, twin.sighting);
  });
}

function isUnchanged({ sighting }: Seen, before: Seen | undefined): boolean {
  return before?.sighting.bytes.equals(sighting.bytes) === true;
}

const LINE_FEED = 10;

function seemsCut(before: Buffer | undefined, after: Buffer): boolean {
  if (before === undefined) return false;
  const endedInLine = before.at(-1) !== LINE_FEED;
  const isBeginning = before.subarray(0, after.length).equals(after);
  return isBeginning || (!endedInLine && after.at(-1) !== LINE_FEED);
}
