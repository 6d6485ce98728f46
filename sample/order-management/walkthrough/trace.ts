import { randomBytes } from 'node:crypto';
import type { Chapter, Demo, Finding, Step } from '../../../demo/demo.js';
import { good, step } from '../../../demo/step.js';
import { type ExpectedSpan, expectSpan, missingSpans } from '../../../demo/trace/expected-span.js';
import type { Span } from '../../../demo/trace/span.js';
import { drawTree, growTree } from '../../../demo/trace/tree.js';
import type { Addresses } from './addresses.js';
import { loginStep } from './logins.js';

type Spans = Parameters<NonNullable<Demo['trace']>>[0];

/** How long to wait for the spans of the services, in seconds. */
const PATIENCE = 10;

const ORDER = { id: '200500', name: 'Traced', items: [{ category: 'books', code: '978-1484220498', qty: 1 }] };

/** One order through the gateway, and its trace. The services have just started, so every key and token must be fetched. */
export function traceChapter(addresses: Addresses, spans: Spans): Chapter {
  const traceId = randomBytes(16).toString('hex');
  const ofOrder = (all: readonly Span[]) => all.filter((span) => span.traceId === traceId);
  return {
    title: 'The trace of one order',
    steps: [
      {
        title: 'When the order service started, it fetched the keys of the STS',
        inspect: () => inspectTrace(spans, tracesOfKeys, [keySet(addresses)]),
      },
      loginStep('Alice logs in', 'TRACED', 'alice', addresses),
      createStep(addresses, traceId),
      { title: `The trace ${traceId}`, inspect: () => inspectTrace(spans, ofOrder, [order(addresses)]) },
      loginStep('Bob logs in, who may cancel the order', 'TRACED', 'bob', addresses),
      step('The order is gone again', `${addresses.gateway}/${ORDER.id}`, { method: 'DELETE', bearer: '$TRACED' }, removed()),
    ],
  };
}

/** The request already belongs to a trace, like one of an instrumented client. @see W3C Trace Context §3.2 */
function createStep({ gateway }: Addresses, traceId: string): Step {
  const headers = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
  const created = good({ status: `Order '${ORDER.id}' created.` }, 201);
  return step('She creates an order', gateway, { method: 'POST', bearer: '$TRACED', json: ORDER, headers }, created);
}

function removed() {
  return good({ status: `Order '${ORDER.id}' removed.` });
}

/** Waits until a trace has all expected spans, and shows the trace. */
async function inspectTrace(
  spans: Spans,
  choose: (all: readonly Span[]) => readonly Span[],
  expected: readonly ExpectedSpan[],
): Promise<Finding> {
  const missing = (all: readonly Span[]) => missingSpans(growTree(choose(all)), expected);
  await spans.waitUntil((all) => missing(all).length === 0, PATIENCE);
  return { shown: drawTree(growTree(choose(spans.spans))), wrong: missing(spans.spans) };
}

/** The traces that the order service has started by a request of its own, before it received one. */
function tracesOfKeys(all: readonly Span[]): Span[] {
  const own = all.filter(
    ({ service, kind, parentSpanId }) => service === 'order-service' && kind === 'client' && parentSpanId === undefined,
  );
  return all.filter(({ traceId }) => own.some((each) => each.traceId === traceId));
}

function keySet({ jwks }: Addresses): ExpectedSpan {
  return ask('order-service', 'GET', jwks, 'sts', 200);
}

/** Every hop, below the one that caused it. */
function order({ introspection, token, orders, inventory }: Addresses): ExpectedSpan {
  return expectSpan(
    'api-gateway ◀ POST /order → 201',
    expectSpan(
      'api-gateway • authenticate OrdersController.create (POST /order) → users accepted',
      ask('api-gateway', 'POST', introspection, 'sts', 200),
    ),
    expectSpan('api-gateway • obtain token for orders by token_exchange → obtained', ask('api-gateway', 'POST', token, 'sts', 200)),
    ask(
      'api-gateway',
      'POST',
      orders,
      'order-service',
      201,
      expectSpan('order-service • authenticate OrderController.create (POST /order) → sts accepted'),
      ask(
        'order-service',
        'PUT',
        inventory,
        'inventory-service',
        200,
        expectSpan('inventory-service • authenticate InventoryController.decrease (PUT /inventory/decrease) → mutualSslConfig accepted'),
      ),
    ),
  );
}

/** A call from one service to another: the span of the caller, and below it the span of the called service. */
function ask(from: string, method: string, url: string, to: string, status: number, ...below: ExpectedSpan[]): ExpectedSpan {
  const { host, pathname } = new URL(url);
  return expectSpan(
    `${from} ▶ ${method} ${host}${pathname} → ${status}`,
    expectSpan(`${to} ◀ ${method} ${pathname} → ${status}`, ...below),
  );
}
