import type { TransportName } from './transport-name.js';

/** What came of one step of a plan that did not admit the caller. */
export interface StepReport {
  /** The scheme's name; several joined by ` + ` where all had to accept. */
  readonly scheme: string;
  /**
   * What became of it: no credentials, bad ones, a caller that may not do this, one that must authenticate again for this (RFC 9470), or
   * no way to find out.
   */
  readonly outcome: 'absent' | 'rejected' | 'forbidden' | 'step-up' | 'unavailable';
  /** A stable code: `no_credentials`, `expired`, `insufficient_scope`, … */
  readonly reason: string;
  /** What was expected and what came, where a token of another issuer or audience came, and where a strategy says it. */
  readonly detail?: string;
  /** The caller's name, where it is known. */
  readonly username?: string;
  /** The error that prevented a decision. */
  readonly cause?: unknown;
  /** The same in words, with what was required and what the caller held; only where the `explain` option is on. */
  readonly explanation?: string;
}

/** One refused request. It never holds a credential. */
export interface DenialEvent {
  /** The status of the answer. */
  readonly status: number;
  /** The stable code of the exception. */
  readonly code: string;
  /** The kind of the call. */
  readonly transport: TransportName;
  /** The class and the handler, with the request line, the field or the pattern as it is declared. */
  readonly route: string;
  /** What was tried, in order. */
  readonly steps: readonly StepReport[];
  /** What was tried, in words, a line each; only where the `explain` option is on. */
  readonly explanation?: readonly string[];
  /** The identifier of the trace that the request belongs to, where traces are recorded. @see W3C Trace Context §3.2.2.3 */
  readonly traceId?: string;
}

/** One request that was let in. It never holds a credential, or what one says beyond the name. */
export interface AdmissionEvent {
  /** The kind of the call. */
  readonly transport: TransportName;
  /** The class and the handler, with the request line, the field or the pattern as it is declared. */
  readonly route: string;
  /** The scheme that knew the caller; `anonymous` where a request without credentials was let in. */
  readonly scheme: string;
  /** How the caller showed who it is: `jwt`, `introspection`, `basic`, `mtls`, or what a strategy of your own calls it; `anonymous` without credentials. */
  readonly method: string;
  /** The caller's name; empty where the credential has no name, and where there is no credential. */
  readonly username: string;
  /** The identifier of the trace that the request belongs to, where traces are recorded. @see W3C Trace Context §3.2.2.3 */
  readonly traceId?: string;
}

/** Receives every denial and, if it wants to, every admission. Give your own class to `AuthModule.forRoot({ eventSink })`. */
export abstract class AuthEventSink {
  /** Called once for each refused request, before it is answered; it must not throw. */
  abstract denied(event: DenialEvent): void;
  /** Called once for each request that is let in, before its handler runs; leave it out to spare every request the event. */
  admitted?(event: AdmissionEvent): void;
}
