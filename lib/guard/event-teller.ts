import { Logger } from '@nestjs/common';
import type { DoorTelemetry } from '../observe/door-telemetry.js';
import type { Observation } from '../observe/observation.js';
import type { Principal } from '../principal.js';
import type { AuthEventSink, DenialEvent } from './auth-event.sink.js';
import { isPromise } from './in-turn.js';

/** Tells the event sink and the telemetry, where there is one, what became of those who came to the door. */
export class EventTeller {
  /** Whether anybody wants to know who was let in. */
  readonly announces: boolean;
  private readonly logger = new Logger('AuthGuard');

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

  private traceOf(observation: Observation | undefined): { readonly traceId?: string } {
    const traceId = this.telemetry?.traceId(observation);
    return traceId === undefined ? {} : { traceId };
  }

  /** A sink that fails, now or later, must change neither the answer nor the fate of the process. */
  private tell(say: () => unknown): void {
    try {
      const said = say();
      if (isPromise(said)) Promise.resolve(said).catch((error) => this.logger.error(`The event sink failed: ${error}`));
    } catch (error) {
      this.logger.error(`The event sink failed: ${error}`);
    }
  }
}
