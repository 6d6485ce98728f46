import type { Clock } from '../clock.js';
import type { createOutgoingClient } from '../outgoing/outgoing-client.js';

/** What the world offers to clients: the network, the clocks and the operator's ear. */
export interface Surroundings {
  /** Makes the connections to a token endpoint. */
  readonly createClient: typeof createOutgoingClient;
  readonly clock: Clock;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}
