import type { Incident, Step } from '../../../demo/demo.js';

/** The trace of the first order through the gateway. @see W3C Trace Context §3.2 */
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

/** The lines about the caller in the log of each service, found by the id of the trace. */
const HOPS: readonly Incident[] = [
  { title: 'The gateway has introspected the token at the STS', logged: { by: 'api-gateway', text: TRACE_ID } },
  { title: 'The order service has received a JWT in its place', logged: { by: 'order-service', text: TRACE_ID } },
  { title: 'The inventory service knows the order service by its certificate', logged: { by: 'inventory-service', text: TRACE_ID } },
];

/** Sends the first request that will be admitted with a trace, and then shows what each service has logged about it. */
export function showHops(steps: readonly Step[]): (Step | Incident)[] {
  const first = steps.findIndex(({ expect }) => expect.status === 201);
  return steps.flatMap<Step | Incident>((step, index) =>
    index === first ? [{ ...step, headers: { ...step.headers, traceparent: TRACEPARENT } }, ...HOPS] : [step],
  );
}
