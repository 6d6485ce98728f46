import { ANONYMOUS } from '../anonymous.js';
import type { AuthEventSink, DenialEvent } from '../auth-event.js';
import { textOf } from '../errors.js';
import type { DoorTelemetry } from '../observe/door-telemetry.js';
import type { Observation } from '../observe/observation.js';
import { CondensedLog } from '../operator/condensed-log.js';
import { OperatorLog } from '../operator/operator-log.js';
import type { Principal } from '../principal.js';
import { type Called, placeOf } from './called.js';

/** The fields of an admission without a principal. */
const NO_CALLER = { scheme: ANONYMOUS, method: ANONYMOUS, username: '' } as const;

/** Reports admissions and denials to the event sink, and to the telemetry where there is one. */
export class EventTeller {
  /** Whether admissions are reported at all. */
  readonly announces: boolean;
  private readonly failures = new CondensedLog(new OperatorLog('AuthGuard'));

  constructor(
    private readonly sink: AuthEventSink,
    private readonly telemetry: DoorTelemetry | undefined,
  ) {
    this.announces = telemetry !== undefined || sink.admitted !== undefined;
  }

  /** Reports a caller that was admitted; undefined for one without credentials. */
  admitted(principal: Principal | undefined, target: Called, observation: Observation | undefined): void {
    const { scheme, method, username } = principal ?? NO_CALLER;
    observation?.admitted(scheme);
    if (this.sink.admitted === undefined) return;
    const event = { ...placeOf(target), scheme, method, username, ...this.traceOf(observation) };
    this.tell(() => this.sink.admitted?.(event));
  }

  /** Reports a call that was refused. */
  denied(event: DenialEvent, observation: Observation | undefined): void {
    this.telemetry?.denied(event, observation);
    this.tell(() => this.sink.denied(this.telemetry === undefined ? event : { ...event, ...this.traceOf(observation) }));
  }

  /** Writes the failures of the sink that were counted and not written yet. */
  flush(): void {
    this.failures.flush();
  }

  private traceOf(observation: Observation | undefined): { readonly traceId?: string } {
    const traceId = this.telemetry?.traceId(observation);
    return traceId === undefined ? {} : { traceId };
  }

  /** A sink that fails, at once or later and with any value, must neither change the answer nor end the process. */
  private tell(say: () => unknown): void {
    try {
      const said = say();
      if (said !== undefined) void this.settle(said);
    } catch (error) {
      this.report(error);
    }
  }

  /** `await` alone: a promise of the sink may have methods of its own, and none of them is called. */
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
