/** The telemetry of a process. */
export interface Telemetry {
  /** Sends what was recorded and not sent yet, within a short time limit, and stops. */
  stop(): Promise<void>;
}
