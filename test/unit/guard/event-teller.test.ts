import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { AdmissionEvent, AuthEventSink, DenialEvent } from 'nest-service-auth';
import { resolveOptions } from '../../../lib/auth.options.schema.js';
import { Door } from '../../../lib/guard/door.js';
import { startTelemetry, type Telemetry } from '../../support/telemetry.js';
import { accepts, attempt, planOf, rejects, single } from './steps.js';

const ROUTE = { label: 'route', transport: 'http', methods: 'all' } as const;
let telemetry: Telemetry | undefined;
afterEach(async () => {
  await telemetry?.stop();
  telemetry = undefined;
});

const [admitting, refusing] = [planOf(single(accepts())), planOf(single(rejects))];

/** Lets one caller in and refuses others, and gives the lines of the log. */
async function linesWith(sink: AuthEventSink, denials = 1): Promise<string[]> {
  const lines: string[] = [];
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line: string) => void lines.push(line) });
  const door = new Door(resolveOptions({}), sink);
  const { request } = attempt();
  door.follow(admitting, request, undefined, ROUTE);
  for (let time = 0; time < denials; time++) door.follow(refusing, request, undefined, ROUTE);
  await nextTurn();
  await nextTurn();
  door.onApplicationShutdown();
  Logger.overrideLogger(false);
  return lines;
}

describe('a sink that fails', () => {
  const broken = () => {
    throw new Error('disk full');
  };
  it.each([
    ['at once', broken],
    ['later', async () => broken()],
  ])('is reported once, and counted: %s', async (_, denied) => {
    expect(await linesWith({ denied }, 3)).toEqual([
      'The event sink failed: disk full',
      'The event sink: 2 more in 1 s: 2 × failed: disk full',
    ]);
  });

  it('is not one that wants to know of no admission, which the telemetry is told of', async () => {
    telemetry = startTelemetry();
    expect(await linesWith({ denied: () => undefined })).toEqual([]);
    expect(telemetry.spans().map(({ attributes }) => attributes['auth.outcome'])).toEqual(['accepted', 'rejected']);
  });
});

describe('an event', () => {
  const told = async () => {
    const [admissions, denials]: [AdmissionEvent[], DenialEvent[]] = [[], []];
    await linesWith({ denied: (event) => void denials.push(event), admitted: (event) => void admissions.push(event) });
    return [...admissions, ...denials];
  };

  it('has the trace of its call where there is telemetry', async () => {
    telemetry = startTelemetry();
    const traces = (await told()).map(({ traceId }) => traceId);
    expect(traces).toEqual(telemetry.spans().map((span) => span.spanContext().traceId));
    expect(new Set(traces).size).toBe(2);
  });

  it('has none without', async () => {
    const [admission, denial] = await told();
    expect(admission).toStrictEqual({ transport: 'http', route: 'route', scheme: 'probe', method: 'probe', username: 'somebody' });
    const steps = [{ scheme: 'probe', outcome: 'rejected', reason: 'bad' }];
    expect(denial).toStrictEqual({ status: 401, code: 'ERR_AUTH_UNAUTHENTICATED', transport: 'http', route: 'route', steps });
  });
});
