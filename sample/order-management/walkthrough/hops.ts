import type { Incident, Step } from '../../../demo/demo.js';

/** The trace that the first order through the gateway belongs to. @see W3C Trace Context §3.2 */
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

/** What each service behind the gateway was told of the caller; every line is found by the trace that it belongs to. */
const HOPS: readonly Incident[] = [
  { title: 'The gateway asked the STS whose token it is', logged: { by: 'api-gateway', text: TRACE_ID } },
  { title: 'The order service got a JWT in its place', logged: { by: 'order-service', text: TRACE_ID } },
  { title: 'The inventory service knows the order service by its certificate', logged: { by: 'inventory-service', text: TRACE_ID } },
];

/** Sends the first request that is going to be let in with a trace, and shows afterwards what travelled with it. */
export function showHops(steps: readonly Step[]): (Step | Incident)[] {
  const first = steps.findIndex(({ expect }) => expect.status === 201);
  return steps.flatMap<Step | Incident>((step, index) =>
    index === first ? [{ ...step, headers: { ...step.headers, traceparent: TRACEPARENT } }, ...HOPS] : [step],
  );
}
