import type { Clock } from '../clock.js';
import { OncePerOutage } from '../operator/once-per-outage.js';
import { CircuitBreaker } from './circuit-breaker.js';

/** What {@link WatchedCalls} go by. */
export interface WatchedCallsOptions {
  /** The name of what is called, as a sentence begins with it. */
  readonly name: string;
  /** Whether an error means that the other side is down. */
  readonly counts: (error: unknown) => boolean;
  /** Whether an error would occur again with every call: refused credentials of this application. */
  readonly opensAtOnce?: (error: unknown) => boolean;
  /** How many failures in a row stop the calls; the default is that of the {@link CircuitBreaker}. */
  readonly failures?: number;
  /** Seconds for which calls are stopped; the default is that of the {@link CircuitBreaker}. */
  readonly openFor?: number;
  /** What is reported when calls are stopped because of an error. */
  readonly describe: (error: unknown) => string;
  readonly clock: Clock;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}

/** Calls to a server that is left alone while it is down. An outage is reported at its beginning and at its end, not for every call. */
export class WatchedCalls {
  /** Whether calls are made at present, and why not. */
  readonly breaker: CircuitBreaker;
  constructor({ name, describe, warn, ...options }: WatchedCallsOptions) {
    const outage = new OncePerOutage(warn, `${name} can be used again.`);
    const onOpen = () => outage.report(describe(this.breaker.failure));
    this.breaker = new CircuitBreaker({ ...options, name, onOpen, onSuccess: () => outage.over() });
  }

  /** Makes a call, unless the server is left alone. @throws AuthUnavailableError at once while it is; what `call` throws. */
  run<T>(call: () => Promise<T>): Promise<T> {
    return this.breaker.run(call);
  }
}
