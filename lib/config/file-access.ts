import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';

/** A file as it was at one moment. */
export interface Sighting {
  /** The file that the path led to, all symbolic links followed. */
  readonly target: string;
  /** Tells the file from another of the same name: its device and inode. */
  readonly identity: string;
  /** Changes with everything that is done to the file: its size and the times of its last change, in nanoseconds. */
  readonly state: string;
  /**
   * Whether something was done to the file after the last time that it was written to, as renaming it does. A file that is written in place is
   * not finished before that.
   */
  readonly finished: boolean;
  /** Whether the times are old enough to be relied on. */
  readonly settled: boolean;
  readonly bytes: Buffer;
}

/** Looks at files: given to a {@link WatchedFiles}, so that a test can stand in for a file system. */
export interface FileAccess {
  /**
   * Looks at a file, and reads it unless it is as `known` says.
   *
   * @throws the error of the file system; {@link FileChangingError} if the file changed while it was read.
   */
  look(path: string, known?: Sighting): Promise<Sighting>;
}

/** The file was written to while it was read. */
export class FileChangingError extends Error {
  /** As errors of the file system have one. */
  readonly code = 'ECHANGING';
}

/** How long a file must have been left alone before its times can be relied on, in milliseconds: clocks of file systems are coarse. */
const SETTLED = 2000;
const MILLION = 1_000_000n;

/** The file system of this machine. */
export const FILE_SYSTEM: FileAccess = {
  async look(path, known) {
    const target = await realpath(path);
    const before = factsOf(target, await stat(target, { bigint: true }));
    if (known?.settled === true && isSameFile(known, before)) return known;
    const handle = await openFile(target);
    try {
      const opened = await factsOfHandle(target, handle);
      const bytes = await handle.readFile();
      if (!isSameFile(opened, await factsOfHandle(target, handle))) throw new FileChangingError();
      return { ...opened, bytes };
    } finally {
      await handle.close();
    }
  },
};

/** Whether nothing was done to a file between two sightings. */
export function isSameFile(one: Omit<Sighting, 'bytes'>, other: Omit<Sighting, 'bytes'>): boolean {
  return one.target === other.target && one.identity === other.identity && one.state === other.state;
}

/** A named pipe without a writer would never open, and block a thread of Node's pool forever. */
function openFile(target: string): Promise<FileHandle> {
  return open(target, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}

async function factsOfHandle(target: string, handle: FileHandle): Promise<Omit<Sighting, 'bytes'>> {
  const stats = await handle.stat({ bigint: true });
  if (stats.isFile()) return factsOf(target, stats);
  throw Object.assign(new Error('not a regular file'), { code: stats.isDirectory() ? 'EISDIR' : 'ENOTFILE' });
}

interface Stats {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

function factsOf(target: string, { dev, ino, size, mtimeNs, ctimeNs }: Stats): Omit<Sighting, 'bytes'> {
  return {
    target,
    identity: `${dev}:${ino}`,
    state: `${size}:${mtimeNs}:${ctimeNs}`,
    finished: ctimeNs > mtimeNs,
    // By the wall clock, because the times of files are: a clock that is set back has the file read once more each time.
    settled: BigInt(Date.now()) - ctimeNs / MILLION > SETTLED,
  };
}
