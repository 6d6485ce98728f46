import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { DemoService } from './demo.js';
import type { HttpsClient } from './https-client.js';

/** How long a service may take to start, and to stop, in milliseconds. */
const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 5_000;
/** How long to wait for a line in the log, in milliseconds. */
const LOG_TIMEOUT = 10_000;

/** A service in a child process. */
export class RunningService {
  private log = '';
  private readonly exited: Promise<void>;

  constructor(
    private readonly service: DemoService,
    private readonly child: ChildProcess,
  ) {
    this.exited = once(child, 'exit').then(() => undefined);
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
  }

  /**
   * Waits until it answers over HTTPS.
   *
   * @throws Error with its output if it ends, or does not answer in time.
   */
  async ready(client: HttpsClient, interrupted: AbortSignal): Promise<void> {
    await Promise.race([this.failure(), this.answers(client, interrupted)]);
  }

  /** Waits until it ends. */
  ended(): Promise<void> {
    return this.exited;
  }

  /** Rejects with the output of the service when it ends. */
  private async failure(): Promise<never> {
    await this.exited;
    throw new Error(`${this.service.name} has stopped:\n${this.log.trim()}`);
  }

  /** Writes its further log to the output of this process. */
  showLog(): void {
    this.child.stdout?.pipe(process.stdout);
    this.child.stderr?.pipe(process.stderr);
  }

  /**
   * Waits until it has written a line that contains a text.
   *
   * @returns the line.
   * @throws Error with its output if it does not.
   */
  async logged(text: string, interrupted: AbortSignal): Promise<string> {
    const late = AbortSignal.timeout(LOG_TIMEOUT);
    for (;;) {
      const lines = stripVTControlCharacters(this.log).split('\n');
      const line = lines.findLast((each) => each.includes(text));
      if (line !== undefined) return line;
      interrupted.throwIfAborted();
      if (late.aborted) throw new Error(`${this.service.name} has not logged '${text}':\n${lines.join('\n').trim()}`);
      await sleep(100);
    }
  }

  /** Stops it, by SIGKILL if necessary. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT);
    await this.exited;
    clearTimeout(force);
  }

  private async answers(client: HttpsClient, interrupted: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(START_TIMEOUT);
    while (!(await client.isAnswered(this.service.probe, AbortSignal.any([interrupted, late])))) {
      interrupted.throwIfAborted();
      if (late.aborted) throw new Error(`${this.service.name} does not answer on port ${this.service.port}:\n${this.log.trim()}`);
      await sleep(100);
    }
  }
}

/** Starts a service. The IPC channel closes when this process ends for any reason, and the service then ends too. */
export function startService(service: DemoService): RunningService {
  const child = spawn(process.execPath, [fileURLToPath(service.main)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...service.env },
  });
  return new RunningService(service, child);
}
