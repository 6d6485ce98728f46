import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isA, textOf } from '../errors.js';
import { Candidate, DOUBT, haveSameText, type Patience, type Seen, type SeenFiles, seenNext } from './candidate.js';
import { FILE_SYSTEM, type FileAccess, type Sighting } from './file-access.js';
import { type Contents, checkFilled, FileFailure, isChanging } from './file-contents.js';

/** What {@link WatchedFiles} needs. */
export interface WatchedFilesOptions<T> {
  /** The files that belong together, relative to the working directory. */
  readonly files: readonly string[];
  /** Makes the value from the files. If it throws, they cannot be used. */
  readonly parse: (contents: Contents) => T | Promise<T>;
  /** Puts the value into force. */
  readonly use: (value: T) => void;
  /** Called when the files cannot be read or used, once for each reason until they are valid again; the previous value stays in force. */
  readonly onFailure: (error: Error) => void;
  /** Called when they are valid again, whether changed or not. */
  readonly onRecovery?: (() => void) | undefined;
  /**
   * Milliseconds between two checks.
   * @defaultValue 1000
   */
  readonly interval?: number | undefined;
  /** @defaultValue the file system of this machine */
  readonly access?: FileAccess | undefined;
  /** A monotonic clock in milliseconds; `performance.now` by default. */
  readonly now?: (() => number) | undefined;
}

const INTERVAL = 1000;
const QUIET = 4;
const DOUBTFUL = 30;
/** Milliseconds after which a file system that has not answered is reported. */
const HANGING = 5000;
/** How many times a file that changes during the first read is read, 50 ms apart. */
const FIRST_LOOKS = 40;

/**
 * Files that are checked periodically and put into force, all together, when they have changed. They are opened by name each time, so that it does not
 * matter how they are replaced: overwritten, renamed, or by a symbolic link with a new target.
 *
 * Half a file of rules may be valid and require less than the whole, so files are used only when writing has ended. Files that were put in place as a
 * whole (by renaming or by a link) must be equal at two checks. Files that were overwritten must be unchanged for four checks or four seconds, for twice
 * the longest pause of the writer, and for thirty more if they end in the middle of a line or are the beginning of the files in force. A longer pause
 * cannot be distinguished from the end of writing.
 *
 * If the files cannot be read, are empty or cannot be used, the previous ones stay in force; this is reported once, and they are tried again.
 */
export class WatchedFiles<T> {
  private readonly paths: readonly string[];
  private readonly access: FileAccess;
  private readonly now: () => number;
  private readonly interval: number;
  private readonly patience: Patience;
  private readonly seen = new Map<string, Seen>();
  private readonly told = new Set<string>();
  private inForce: SeenFiles | undefined;
  private candidate: Candidate | undefined;
  private lookingSince: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: WatchedFilesOptions<T>) {
    this.paths = [...new Set(options.files)];
    this.access = options.access ?? FILE_SYSTEM;
    this.now = options.now ?? (() => performance.now());
    this.interval = options.interval ?? INTERVAL;
    const unit = Math.min(this.interval, INTERVAL);
    this.patience = { quiet: QUIET * unit, doubt: DOUBTFUL * unit };
  }

  /**
   * Reads the files for the first time.
   *
   * @throws what `parse` throws; {@link FileFailure} if one cannot be read.
   */
  async start(): Promise<T> {
    const files = await this.firstLook();
    const value = await this.options.parse(contentsOf(files));
    this.inForce = files;
    return value;
  }

  /** Starts the periodic checks. They do not keep the process alive. */
  watch(): void {
    this.timer = setInterval(() => this.tick(), this.interval);
    this.timer.unref();
  }

  /** Stops checking. A check in progress has no effect any more; it is not awaited, because a file system may hang. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
  }

  /** Checks once. It never rejects. */
  async look(): Promise<void> {
    try {
      const files = await this.see();
      if (!this.isClosed) await this.consider(files);
    } catch (error) {
      this.candidate?.restart(this.now());
      if (!isChanging(error)) this.fail(error);
    }
  }

  /** One check at a time, and one file at a time: a file system that hangs blocks only one thread of Node's pool. */
  private tick(): void {
    const now = this.now();
    if (this.lookingSince === undefined) {
      this.lookingSince = now;
      void this.look().finally(() => {
        this.lookingSince = undefined;
      });
    } else if (now - this.lookingSince >= HANGING) {
      this.fail(new Error(`the file system does not answer: ${this.paths.join(', ')} cannot be read.`));
    }
  }

  private async firstLook(): Promise<SeenFiles> {
    for (let looks = 1; ; looks++) {
      try {
        return await this.see();
      } catch (error) {
        if (!isChanging(error) || looks === FIRST_LOOKS) throw error;
        await sleep(50);
      }
    }
  }

  private async see(): Promise<SeenFiles> {
    for (const path of this.paths) {
      const before = this.seen.get(path);
      this.seen.set(path, seenNext(before, await this.lookAt(path, before?.sighting)));
    }
    return new Map(this.seen);
  }

  private async lookAt(path: string, known: Sighting | undefined): Promise<Sighting> {
    try {
      return await this.access.look(resolve(path), known);
    } catch (error) {
      throw new FileFailure(path, error);
    }
  }

  private async consider(files: SeenFiles): Promise<void> {
    const now = this.now();
    if (this.inForce !== undefined && haveSameText(this.inForce, files)) {
      this.inForce = files;
      this.candidate = undefined;
      this.recover();
      return;
    }
    if (this.candidate?.isStill(files) !== true) {
      this.candidate = this.candidate?.next(files, now, this.patience) ?? new Candidate(files, now);
      return;
    }
    const state = this.candidate.stateAt(now, this.inForce, this.patience);
    if (state !== 'waiting') await this.take(this.candidate, state === 'doubtful');
  }

  private async take(candidate: Candidate, isDoubtful: boolean): Promise<void> {
    try {
      const contents = contentsOf(candidate.files);
      checkFilled(contents);
      const value = await this.options.parse(contents);
      if (this.isClosed) return;
      if (isDoubtful) throw new Error(`${this.paths.join(', ')}: ${DOUBT}.`);
      this.options.use(value);
    } catch (error) {
      candidate.refused(this.now());
      this.fail(error);
      return;
    }
    this.inForce = candidate.files;
    this.candidate = undefined;
    this.recover();
  }

  private fail(error: unknown): void {
    const problem = isA(error, Error) ? error : new Error(textOf(error), { cause: error });
    if (this.isClosed || this.told.has(problem.message)) return;
    this.told.add(problem.message);
    this.options.onFailure(problem);
  }

  private recover(): void {
    if (this.told.size === 0) return;
    this.told.clear();
    this.options.onRecovery?.();
  }
}

function contentsOf(files: SeenFiles): Contents {
  return new Map([...files].map(([path, { sighting }]) => [path, sighting.bytes]));
}
