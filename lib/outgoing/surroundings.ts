import type { Clock } from '../clock.js';
import type { ClientConfig } from './client-config.js';
import type { createOutgoingClient } from './outgoing-client.js';

/** What a part that calls other servers works with: connections, clocks and the operator's log. */
export interface Surroundings {
  /** Makes the connections to an endpoint. */
  readonly createClient: typeof createOutgoingClient;
  readonly clock: Clock;
  /** The defaults of every `clientConfig`. */
  readonly defaults?: ClientConfig;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}
