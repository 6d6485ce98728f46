import type { createOutgoingClient } from '../http/outgoing-client.js';

/** What the world offers to clients: the network, the clock and the operator's ear. */
export interface Surroundings {
  /** Makes the connections to a token endpoint. */
  readonly createClient: typeof createOutgoingClient;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}
