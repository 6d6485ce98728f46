import { Collector } from '../../../demo/trace/collector.js';
import { describeSpan } from '../../../demo/trace/describe-span.js';
import { expectSpan, missingSpans } from '../../../demo/trace/expected-span.js';
import { readSpans } from '../../../demo/trace/otlp.js';
import type { Span } from '../../../demo/trace/span.js';
import { drawTree, growTree } from '../../../demo/trace/tree.js';

/** A span of the service `shop`, by what is said of it. */
function span(spanId: string, parentSpanId: string | undefined, rest: Partial<Span> = {}): Span {
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    service: 'shop',
    name: spanId,
    kind: 'internal',
    start: 0,
    duration: 1,
    attributes: {},
    ...rest,
  };
}

describe('the tree of a trace', () => {
  const spans = [
    span('late', 'top', { start: 30, duration: 5.04 }),
    span('inner', 'early', { start: 11 }),
    span('early', 'top', { start: 10, duration: 12.25 }),
    span('innermost', 'inner', { start: 12 }),
    span('last', 'late', { start: 31 }),
    span('top', 'somebody-elses', { start: 0, duration: 100 }),
    span('inner-too', 'early', { start: 20 }),
  ];

  it('is drawn with a branch for everything that is part of something, in the order of time', () => {
    expect(drawTree(growTree(spans))).toEqual([
      '100.0 ms  shop • top',
      ' 12.3 ms  ├─ shop • early',
      '  1.0 ms  │  ├─ shop • inner',
      '  1.0 ms  │  │  └─ shop • innermost',
      '  1.0 ms  │  └─ shop • inner-too',
      '  5.0 ms  └─ shop • late',
      '  1.0 ms     └─ shop • last',
    ]);
  });

  it('stands beside another where the span above has not come', () => {
    const lines = drawTree(growTree(spans.filter(({ spanId }) => spanId !== 'early')));
    expect(lines.filter((line) => !/[├└]/.test(line)).map((line) => line.split('• ')[1])).toEqual(['top', 'inner', 'inner-too']);
  });

  it('is nothing without spans', () => {
    expect(drawTree(growTree([]))).toEqual([]);
  });
});

describe('a line of the tree', () => {
  const request = { 'http.request.method': 'PUT', 'url.path': '/stock', 'server.address': 'localhost', 'server.port': 9091 };

  it.each<[string, Partial<Span>, string]>([
    ['a request that came in', { kind: 'server', attributes: { ...request, 'http.response.status_code': 200 } }, '◀ PUT /stock → 200'],
    [
      'a request that went out, with where to',
      { kind: 'client', attributes: { ...request, 'http.response.status_code': 409 } },
      '▶ PUT localhost:9091/stock → 409',
    ],
    [
      'a request without an answer',
      { kind: 'client', attributes: { ...request, 'error.type': 'ECONNREFUSED' } },
      '▶ PUT localhost:9091/stock → ECONNREFUSED',
    ],
    [
      'who was let in, and how',
      { name: 'authenticate', attributes: { 'auth.route': 'Stock.put (PUT /stock)', 'auth.scheme': 'sts', 'auth.outcome': 'accepted' } },
      '• authenticate Stock.put (PUT /stock) → sts accepted',
    ],
    [
      'who was not, and why',
      { name: 'authenticate', attributes: { 'auth.scheme': 'sts', 'auth.outcome': 'rejected', 'auth.reason': 'expired' } },
      '• authenticate → sts rejected (expired)',
    ],
    [
      'for whom a token was obtained, and how',
      { name: 'obtain token', attributes: { 'auth.client': 'orders', 'auth.grant': 'token_exchange', 'auth.outcome': 'obtained' } },
      '• obtain token for orders by token_exchange → obtained',
    ],
    ['anything else by its name', { name: 'work' }, '• work'],
  ])('says %s', (_, rest, line) => {
    expect(describeSpan(span('a', undefined, rest))).toBe(`shop ${line}`);
  });
});

describe('what is missing of a trace', () => {
  const tree = growTree([span('top', undefined), span('one', 'top'), span('two', 'one')]);

  it('is nothing where everything is in its place', () => {
    const expected = expectSpan('shop • top', expectSpan('shop • one', expectSpan('shop • two')));
    expect(missingSpans(tree, [expected])).toEqual([]);
  });

  it('is said with the place where it should be', () => {
    expect(missingSpans(tree, [expectSpan('shop • top', expectSpan('shop • three'))])).toEqual(["no 'shop • three' below 'shop • top'"]);
    expect(missingSpans([], [expectSpan('shop • top')])).toEqual(["no 'shop • top' at the top"]);
  });

  it('is also what is there, and below something else', () => {
    const expected = expectSpan('shop • top', expectSpan('shop • one'), expectSpan('shop • two'));
    expect(missingSpans(tree, [expected])).toEqual(["no 'shop • two' below 'shop • top'"]);
  });
});

describe('spans in the JSON of OTLP', () => {
  const json = JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: 't',
                spanId: 'b',
                parentSpanId: 'a',
                name: 'GET',
                kind: 3,
                startTimeUnixNano: '1750000000000000000',
                endTimeUnixNano: '1750000000001234567',
                attributes: [
                  { key: 'http.response.status_code', value: { intValue: '200' } },
                  { key: 'url.path', value: { stringValue: '/' } },
                ],
              },
              { traceId: 't', spanId: 'a', name: 'top', kind: 1, startTimeUnixNano: '0', endTimeUnixNano: '0' },
            ],
          },
        ],
      },
    ],
  });

  it('are read with the service that sent them, to the microsecond', () => {
    const [inner, top] = readSpans(json);
    expect(inner).toMatchObject({ service: 'shop', parentSpanId: 'a', kind: 'client', start: 1_750_000_000_000 });
    expect(inner?.duration).toBeCloseTo(1.234, 3);
    expect(inner?.attributes).toEqual({ 'http.response.status_code': 200, 'url.path': '/' });
    expect(top).toMatchObject({ spanId: 'a', parentSpanId: undefined, kind: 'internal' });
  });

  it('are received over HTTP; what is none is refused', async () => {
    const collector = await Collector.start();
    const url = `${collector.environment.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
    const post = async (body: string) => (await fetch(url, { method: 'POST', body })).status;
    expect([await post(json), await post('{')]).toEqual([200, 400]);
    expect(collector.spans.map(({ spanId }) => spanId)).toEqual(['b', 'a']);
    await collector.stop();
  });

  it('are waited for until there are enough, and no longer than one has time', async () => {
    const collector = await Collector.start();
    const asked: number[] = [];
    await collector.waitUntil(() => asked.push(0) === 3, 60);
    expect(asked).toHaveLength(3);
    await collector.waitUntil(() => false, 0);
    expect(collector.spans).toEqual([]);
    await collector.stop();
  });
});
