import type { RouteMethods } from '../http/route-methods.js';
import type { TransportName } from '../transport-name.js';

/** What is called. */
export interface Called {
  /** The name of the route or the handler. */
  readonly label: string;
  readonly transport: TransportName;
}

/** What is called, as events name it. */
export function placeOf({ label, transport }: Called) {
  return { transport, route: label };
}

/** What is called, as strategies need to know it. */
export interface Target extends Called {
  /** The request methods that the handler is declared for; `all` where a call has none. */
  readonly methods: RouteMethods;
}
