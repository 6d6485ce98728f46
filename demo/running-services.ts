import type { DemoService, LogLine } from './demo.js';
import type { HttpsClient } from './https-client.js';
import { type RunningService, startService } from './running-service.js';

/** The running services of a demo. */
export class RunningServices {
  private readonly running = new Map<string, RunningService>();

  constructor(
    private readonly client: HttpsClient,
    private readonly interrupted: AbortSignal,
  ) {}

  /**
   * Starts a service and waits until it answers.
   *
   * @throws Error with its output if it does not.
   */
  async start(service: DemoService): Promise<void> {
    const started = startService(service);
    this.running.set(service.name, started);
    await started.ready(this.client, this.interrupted);
  }

  /** Stops the service with this name. */
  async stop(name: string): Promise<void> {
    await this.running.get(name)?.stop();
    this.running.delete(name);
  }

  /** Stops all services. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((name) => this.stop(name)));
  }

  /**
   * Waits until a service has written a line.
   *
   * @returns the line.
   * @throws Error with its output if it does not.
   */
  async logged({ by, text }: LogLine): Promise<string> {
    const service = this.running.get(by);
    if (service === undefined) throw new Error(`${by} is not running.`);
    return service.logged(text, this.interrupted);
  }

  /** Writes their further logs to the output of this process. */
  showLogs(): void {
    for (const service of this.running.values()) service.showLog();
  }

  /** Waits until all services have ended by themselves, and reports each. */
  async over(tell: (name: string) => void): Promise<void> {
    await Promise.all([...this.running].map(([name, service]) => service.ended().then(() => tell(name))));
  }
}
