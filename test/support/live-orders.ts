import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { PolicyEntry } from 'nest-service-auth';
import { messagesOf } from '../../sample/live-orders/messages.js';
import { loadSettings } from '../../sample/live-orders/settings.js';
import type { Service } from '../../sample/live-orders/walkthrough/clients.js';
import { type BuiltPrograms, buildPrograms } from './built-programs.js';
import { end, hasEnded } from './child-process.js';
import { freePorts } from './free-port.js';

const MAIN = 'sample/live-orders/live-service/main.ts';
const CLI = 'lib/cli/main.ts';

/** The programs of the sample, and a folder for its certificates. */
export class LiveOrdersPrograms {
  private readonly running: RunningLiveOrders[] = [];

  private constructor(
    private readonly built: BuiltPrograms,
    private readonly folder: string,
  ) {}

  static async build(): Promise<LiveOrdersPrograms> {
    return new LiveOrdersPrograms(await buildPrograms([MAIN, CLI]), await mkdtemp(join(tmpdir(), 'live-orders-')));
  }

  /** Starts the service on free ports, and waits until it answers. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<RunningLiveOrders> {
    const [port = 0, messagesPort = 0] = await freePorts(2);
    const all = { ...this.env(), LIVE_PORT: String(port), MESSAGES_PORT: String(messagesPort), ...env };
    const settings = await loadSettings(all);
    const { caFile } = settings.certificates;
    const service = { url: `https://localhost:${port}`, ca: await readFile(caFile, 'utf8'), messages: messagesOf(settings) };
    const child = fork(fileURLToPath(this.built.main(MAIN)), [], { silent: true, env: all });
    const started = new RunningLiveOrders(service, child);
    this.running.push(started);
    await started.logged('Nest application successfully started');
    return started;
  }

  /** The policy that the command line prints. */
  async policy(): Promise<readonly PolicyEntry[]> {
    const app = fileURLToPath(this.built.main('sample/live-orders/live-service/live.app.ts'));
    const child = fork(fileURLToPath(this.built.main(CLI)), ['policy', app, '--format', 'json'], { silent: true, env: this.env() });
    const [output] = await Promise.all([child.stdout?.toArray(), once(child, 'exit')]);
    return JSON.parse((output ?? []).join(''));
  }

  /** Stops every service and removes the files. */
  async remove(): Promise<void> {
    await Promise.all(this.running.map((each) => each.stop()));
    await this.built.remove();
    await rm(this.folder, { recursive: true });
  }

  private env() {
    return { PATH: process.env.PATH ?? '', CERTIFICATES: join(this.folder, 'certificates') };
  }
}

/** The service in a process of its own. */
export class RunningLiveOrders {
  private log = '';

  constructor(
    readonly service: Service,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
  }

  /** The lines that it has logged so far. */
  get lines(): string[] {
    return stripVTControlCharacters(this.log).split('\n');
  }

  async logged(text: string): Promise<void> {
    for (const late = Date.now() + 60_000; !this.lines.some((line) => line.includes(text)); await sleep(50))
      if (Date.now() > late || hasEnded(this.child)) throw new Error(`It has not logged '${text}':\n${this.lines.join('\n')}`);
  }

  async stop(): Promise<void> {
    await end(this.child);
  }
}
