import { jest } from '@jest/globals';
import type { Attributes, Histogram, Span } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import type { Decision } from '../../../lib/observe/decision.js';
import { openDoorTelemetry } from '../../../lib/observe/door-telemetry.js';
import { attributesOf, Observation } from '../../../lib/observe/observation.js';
import { startTelemetry, type Telemetry } from '../../support/telemetry.js';

describe('how long a decision took', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const recorded = (decide: (observation: Observation) => void) => {
    const values: [number, Attributes | undefined][] = [];
    const duration = { record: (value, attributes) => void values.push([value, attributes]) } as Histogram;
    jest.advanceTimersByTime(1000);
    const observation = new Observation({ requests: undefined, duration }, undefined);
    jest.advanceTimersByTime(250);
    decide(observation);
    return values;
  };

  it('is recorded in seconds, once', () => {
    const values = recorded((observation) => {
      observation.admitted('sts');
      observation.end({ scheme: 'sts', outcome: 'forbidden' });
      observation.failed(new Error('whatever comes after'));
    });
    expect(values).toEqual([[0.25, { 'auth.scheme': 'sts', 'auth.outcome': 'accepted' }]]);
  });

  it.each<[Decision, Attributes]>([
    [{ scheme: 'sts', outcome: 'unavailable', reason: 'timeout' }, { 'error.type': 'timeout' }],
    [{ scheme: 'none', outcome: 'error', reason: 'TypeError' }, { 'error.type': 'TypeError' }],
    [{ scheme: 'sts', outcome: 'unavailable' }, {}],
    [{ scheme: 'sts', outcome: 'rejected', reason: 'expired' }, {}],
    [{ scheme: 'sts', outcome: 'forbidden', reason: 'insufficient_scope' }, {}],
  ])('has the reason where the server is at fault, and there alone: %j', (decision, more) => {
    const attributes = { 'auth.scheme': decision.scheme, 'auth.outcome': decision.outcome, ...more };
    expect(recorded((observation) => observation.end(decision))).toStrictEqual([[0.25, attributes]]);
  });
});

describe('the span of a decision', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const spanOf = (decide: (observation: Observation) => void) => {
    openDoorTelemetry()?.observe({ label: 'X.y', transport: 'rpc' }, { headers: {} }, decide);
    const [span] = telemetry.spans();
    if (span === undefined) throw new Error('There is no span.');
    return span;
  };

  it('names the handler, the scheme and the outcome', () => {
    const { attributes, status } = spanOf((observation) => observation.admitted('sts'));
    expect(attributes).toStrictEqual({ 'auth.route': 'X.y', 'auth.scheme': 'sts', 'auth.outcome': 'accepted' });
    expect(status.code).toBe(SpanStatusCode.UNSET);
  });

  it.each([
    [[], undefined],
    [['a rejected (bad)'], undefined],
    [
      ['a rejected (bad)', 'b absent (none)'],
      ['a rejected (bad)', 'b absent (none)'],
    ],
  ])('lists the steps %j where there are several', (steps, listed) => {
    const { attributes } = spanOf((observation) => observation.end({ scheme: 'a', outcome: 'rejected', reason: 'bad' }, steps));
    expect(attributes['auth.steps']).toEqual(listed);
  });

  it.each<[Decision['outcome'], string | undefined]>([
    ['unavailable', 'timeout'],
    ['rejected', undefined],
  ])('is an error where the server is at fault: %s', (outcome, type) => {
    const { attributes, status } = spanOf((observation) => observation.end({ scheme: 'a', outcome, reason: 'timeout' }));
    expect(attributes['error.type']).toBe(type);
    expect(status.code).toBe(type === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR);
  });

  it('has the error that was thrown, with its stack', () => {
    const defect = new TypeError('a defect');
    const { events, attributes } = spanOf((observation) => observation.failed(defect));
    expect(events.map((each) => each.attributes)).toEqual([
      { 'exception.type': 'TypeError', 'exception.message': 'a defect', 'exception.stacktrace': defect.stack },
    ]);
    expect(attributes['auth.reason']).toBe('TypeError');
  });

  it.each<[unknown, string]>([
    ['a text', 'unknown'],
    [{ name: 5, stack: 5 }, 'unknown'],
    [{ name: 'Odd', stack: undefined }, 'Odd'],
  ])('has what can be told of %j, which is no error', (thrown, type) => {
    const { events, attributes } = spanOf((observation) => observation.failed(thrown));
    expect(events.map((each) => each.attributes?.['exception.type'])).toEqual([type]);
    expect(events[0]?.attributes).not.toHaveProperty(['exception.stacktrace']);
    expect(attributes['auth.reason']).toBe(type);
  });

  it('is left alone when it has ended', () => {
    const calls: string[] = [];
    const span = new Proxy({}, { get: (_, name) => () => calls.push(String(name)) }) as Span;
    const observation = new Observation({ requests: undefined, duration: undefined }, span);
    observation.admitted('sts');
    expect(calls).toEqual(['setAttributes', 'end']);
    observation.failed(new Error('whatever comes after'));
    observation.end({ scheme: 'sts', outcome: 'forbidden' });
    expect(calls).toEqual(['setAttributes', 'end']);
  });

  it('has no attribute for a reason that is not there', () => {
    expect(attributesOf({ scheme: 'sts', outcome: 'accepted' })).toStrictEqual({ 'auth.scheme': 'sts', 'auth.outcome': 'accepted' });
  });

  it('tells the identifier of its trace', () => {
    const ids: (string | undefined)[] = [];
    const span = spanOf((observation) => {
      ids.push(observation.traceId, openDoorTelemetry()?.traceId(observation), openDoorTelemetry()?.traceId(undefined));
      observation.admitted('sts');
    });
    expect(ids).toEqual(Array.from({ length: 3 }, () => span.spanContext().traceId));
    expect(openDoorTelemetry()?.traceId(undefined)).toBeUndefined();
  });
});
