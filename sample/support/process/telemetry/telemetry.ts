/** What a process tells of itself. */
export interface Telemetry {
  /** Sends what was recorded and not sent yet, if that does not take long, and stops. */
  stop(): Promise<void>;
}
