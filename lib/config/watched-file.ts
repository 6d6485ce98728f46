import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** What a file says, or why it cannot be read. */
export type Reading = { readonly text: string } | { readonly error: NodeJS.ErrnoException };

/** How long a file must have been left alone before its times can be relied on, in nanoseconds: clocks of file systems are coarse. */
const SETTLED = 2_000_000_000n;
const MILLION = 1_000_000n;

/**
 * A file that is looked at again and again. It is asked for by name every time, so that it does not matter how it is
 * replaced: written over, renamed onto, or by a symbolic link that is turned somewhere else.
 */
export class WatchedFile {
  private stamp: string | undefined;
  private digest: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(private readonly path: string) {}

  /** Reads the file, unless it is as it was at the last reading. */
  async read(): Promise<Reading | undefined> {
    const stamp = await this.currentStamp();
    if (stamp !== undefined && stamp === this.stamp) return undefined;
    // The stamp is from before the reading: a change in between is seen next time.
    this.stamp = stamp;
    const reading = await this.readText();
    const digest = 'text' in reading ? sha256(reading.text) : `unreadable ${reading.error.code}`;
    if (digest === this.digest) return undefined;
    this.digest = digest;
    return reading;
  }

  /** Looks at the file every `interval` milliseconds, and hands over what is new. The process is not kept alive for it. */
  watch(interval: number, seen: (reading: Reading) => Promise<void>): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look(seen).finally(() => {
        this.looking = undefined;
      });
    }, interval);
    this.timer.unref();
  }

  /** Stops looking. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(seen: (reading: Reading) => Promise<void>): Promise<void> {
    const reading = await this.read();
    if (reading !== undefined) await seen(reading);
  }

  /** Undefined while the file is too young for a second change to be sure to show. */
  private async currentStamp(): Promise<string | undefined> {
    try {
      const { ino, dev, size, mtimeNs, ctimeNs } = await stat(this.path, { bigint: true });
      const age = BigInt(Date.now()) * MILLION - ctimeNs;
      return age > SETTLED ? [dev, ino, size, mtimeNs, ctimeNs].join() : undefined;
    } catch {
      return undefined;
    }
  }

  private async readText(): Promise<Reading> {
    try {
      return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(this.path)) };
    } catch (error) {
      return { error: error as NodeJS.ErrnoException };
    }
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
