import type { AuthEventSink, DenialEvent } from '../auth-event.js';
import { textOf } from '../errors.js';
import type { DoorTelemetry } from '../observe/door-telemetry.js';
import type { Observation } from '../observe/observation.js';
import { CondensedLog } from '../operator/condensed-log.js';
import { OperatorLog } from '../operator/operator-log.js';
import type { Principal } from '../principal.js';

/** Tells the event sink and the telemetry, where there is one, what became of those who came to the door. */
export class EventTeller {
  /** Whether anybody wants to know who was let in. */
  readonly announces: boolean;
  private readonly failures = new CondensedLog(new OperatorLog('AuthGuard'));

  constructor(
    private readonly sink: AuthEventSink,
    private readonly telemetry: DoorTelemetry | undefined,
  ) {
    this.announces = telemetry !== undefined || sink.admitted !== undefined;
  }

  /** Tells of somebody who was let in. */
  admitted(principal: Principal, route: string, observation: Observation | undefined): void {
    observation?.admitted(principal);
    if (this.sink.admitted === undefined) return;
    const { scheme, method, username } = principal;
    const event = { route, scheme, method, username, ...this.traceOf(observation) };
    this.tell(() => this.sink.admitted?.(event));
  }

  /** Tells of somebody who was not. */
  denied(event: DenialEvent, observation: Observation | undefined): void {
    this.telemetry?.denied(event, observation);
    this.tell(() => this.sink.denied(this.telemetry === undefined ? event : { ...event, ...this.traceOf(observation) }));
  }

  /** Writes what was counted of a sink that fails and not told yet. */
  flush(): void {
    this.failures.flush();
  }

  private traceOf(observation: Observation | undefined): { readonly traceId?: string } {
    const traceId = this.telemetry?.traceId(observation);
    return traceId === undefined ? {} : { traceId };
  }

  /** A sink that fails, now or later and with whatever, must change neither the answer nor the fate of the process. */
  private tell(say: () => unknown): void {
    try {
      const said = say();
      if (said !== undefined) void this.settle(said);
    } catch (error) {
      this.report(error);
    }
  }

  /** `await` alone reads nothing of a promise that the sink could have put there. */
  private async settle(said: unknown): Promise<void> {
    try {
      await said;
    } catch (error) {
      this.report(error);
    }
  }

  private report(error: unknown): void {
    const text = textOf(error);
    this.failures.tell('error', 'The event sink', `failed: ${text}`, () => `The event sink failed: ${text}`);
  }
}
