import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ImageConfig } from './buildah.js';

/** A folder of this machine, as a container sees it. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** What a container runtime is told. */
export interface ContainerOptions {
  /** The file system of the container. */
  readonly root: string;
  readonly config: ImageConfig;
  readonly mounts: readonly Mount[];
  /** Added to the variables of the image. */
  readonly env: Readonly<Record<string, string>>;
  /** In place of the command of the image. */
  readonly command?: readonly string[];
}

/**
 * What a container runtime does for `--read-only --cap-drop=ALL --security-opt=no-new-privileges`: mounts in a namespace of its own, then the
 * command, as the user of the image. The arguments are: root, user, folder, mounts as `source:target:ro`, `--`, and the command with its variables.
 */
const RUN = `
set -e
root=$1 user=$2 folder=$3
shift 3
mount --bind "$root" "$root"
mkdir -p "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero urandom; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
while [ "$1" != -- ]; do
  source=\${1%%:*} rest=\${1#*:} target=\${rest%%:*}
  if [ -d "$source" ]; then mkdir -p "$root$target"; else : >"$root$target"; fi
  mount --bind "$source" "$root$target"
  if [ "\${rest#*:}" = ro ]; then mount -o remount,bind,ro "$root$target"; fi
  shift
done
shift
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --userspec="$user" --groups="\${user#*:}" "$root" /usr/bin/env -i -C "$folder" "$@"
`;

/** A process in a container. It is the process of the command itself: signals reach it. */
export class RunningContainer {
  /** What it has printed. */
  output = '';
  private readonly ended: Promise<unknown>;

  private constructor(private readonly process: ChildProcess) {
    this.ended = once(process, 'close');
    for (const stream of [process.stdout, process.stderr]) stream?.on('data', (chunk) => (this.output += chunk));
  }

  /** Starts a command. */
  static start({ root, config, mounts, env, command = config.Cmd }: ContainerOptions): RunningContainer {
    const volumes = mounts.map(({ source, target, readOnly }) => `${source}:${target}:${readOnly ? 'ro' : 'rw'}`);
    const variables = [...config.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
    const args = [root, config.User, config.WorkingDir, ...volumes, '--', ...variables, ...command];
    return new RunningContainer(spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', RUN, 'sh', ...args]));
  }

  /** Waits for its end. @returns its exit code. */
  async exitCode(): Promise<number | null> {
    await this.ended;
    return this.process.exitCode;
  }

  /** Ends it as Kubernetes does. @returns its exit code. */
  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.exitCode();
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** A line of what the kernel says about the process. @see proc(5) */
  status(name: string): string | undefined {
    const text = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(text)?.[1];
  }
}
