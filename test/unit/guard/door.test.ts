import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger, NotFoundException, UnauthorizedException } from '@nestjs/common';
import { AuthEventSink, type DenialEvent } from 'nest-service-auth';
import { resolveOptions } from '../../../lib/auth.options.schema.js';
import { Door } from '../../../lib/guard/door.js';
import { AccessDeniedException } from '../../../lib/guard/exceptions.js';
import { PendingDecisions } from '../../../lib/guard/pending-decisions.js';
import type { Plan } from '../../../lib/plan/plan.js';
import { absent, accepts, later, planOf, rejects, single } from './steps.js';

const request = { headers: {}, rawHeaders: [] };
const refused = planOf(single(rejects));

class BrokenSink extends AuthEventSink {
  denied(): void {
    throw new Error('disk full');
  }
}

class SlowBrokenSink extends AuthEventSink {
  async denied(): Promise<void> {
    await nextTurn();
    throw new Error('disk full');
  }
}

const ROUTE = { label: 'route', transport: 'http', methods: 'all' } as const;

describe('a sink that fails', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  beforeAll(() => {
    Logger.overrideLogger(false);
    process.on('unhandledRejection', note);
  });
  afterAll(() => {
    process.off('unhandledRejection', note);
  });

  it.each([new BrokenSink(), new SlowBrokenSink()])('changes neither the answer nor the fate of the process', async (sink) => {
    const door = new Door(resolveOptions({}), sink);
    expect(() => door.enter(refused, request, undefined, ROUTE)).toThrow(UnauthorizedException);
    await nextTurn();
    await nextTurn();
    expect(unhandled).toEqual([]);
  });
});

describe('an exception of an authorizer', () => {
  const hide = () => {
    throw new NotFoundException();
  };
  it.each([accepts({ username: 'alice' }), later(accepts({ username: 'alice' }))])(
    'is a denial that is told of too',
    async (authenticate) => {
      const events: DenialEvent[] = [];
      const door = new Door(resolveOptions({}), { denied: (event) => void events.push(event) });
      const plan = planOf(single(authenticate, { authorizers: [{ authorizer: { authorize: hide }, args: undefined }] }));
      await expect(async () => door.enter(plan, request, {} as never, ROUTE)).rejects.toThrow(NotFoundException);
      const steps = [{ scheme: 'authorizer', outcome: 'forbidden', reason: 'answered_by_authorizer' }];
      expect(events).toEqual([{ status: 404, code: 'ERR_AUTH_REFUSED_BY_AUTHORIZER', transport: 'http', route: 'route', steps }]);
    },
  );
});

describe('an exception of the enricher', () => {
  it('is a denial that names it', () => {
    const events: DenialEvent[] = [];
    const enrich = () => {
      throw new NotFoundException();
    };
    const door = new Door(resolveOptions({}), { denied: (event) => void events.push(event) }, undefined, { enrich });
    expect(() => door.follow(planOf(single(accepts())), request, undefined, ROUTE)).toThrow(NotFoundException);
    const steps = [{ scheme: 'enricher', outcome: 'forbidden', reason: 'answered_by_enricher' }];
    expect(events).toEqual([{ status: 404, code: 'ERR_AUTH_REFUSED_BY_ENRICHER', transport: 'http', route: 'route', steps }]);
  });
});

describe('a defect in what a plan requires', () => {
  const thrown = new TypeError('a defect');
  it.each([
    ['an error', thrown, thrown],
    ['another value', 'a text', new Error('a text', { cause: 'a text' })],
  ])('is passed on as an error, and is no denial: %s', async (_, value, expected) => {
    const events: DenialEvent[] = [];
    const door = new Door(resolveOptions({}), { denied: (event) => void events.push(event) });
    const unmet = () => {
      throw value;
    };
    const demands = [{ field: 'x', described: {}, inWords: 'x', unmet }];
    for (const authenticate of [accepts(), later(accepts())]) {
      const error: unknown = await (async () => door.follow(planOf(single(authenticate, { demands })), request, undefined, ROUTE))().catch(
        (reason) => reason,
      );
      expect([error, (error as Error).cause]).toEqual([expected, expected.cause]);
    }
    expect(events).toEqual([]);
  });
});

describe('a call before the boot has finished', () => {
  it('is refused as unavailable, and reported', () => {
    const events: DenialEvent[] = [];
    const door = new Door(resolveOptions({}), { denied: (event) => void events.push(event) });
    expect(door.refusals.beforeBoot(ROUTE)).toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE', headers: { 'Retry-After': '5' } });
    const steps = [{ scheme: 'none', outcome: 'unavailable', reason: 'boot_not_finished' }];
    expect(events).toEqual([{ status: 503, code: 'ERR_AUTH_UNAVAILABLE', transport: 'http', route: 'route', steps }]);
  });
});

describe('several Authorization headers', () => {
  it('are refused before any strategy is asked', () => {
    let asked = false;
    const plan = planOf(
      single(() => {
        asked = true;
        return { outcome: 'absent' };
      }),
    );
    const events: DenialEvent[] = [];
    const door = new Door(resolveOptions({}), { denied: (event) => void events.push(event) });
    const twice = { headers: { authorization: 'a' }, rawHeaders: ['authorization', 'a', 'Authorization', 'b'] };
    expect(() => door.enter(plan, twice, undefined, ROUTE)).toThrow(expect.objectContaining({ code: 'ERR_AUTH_AMBIGUOUS_CREDENTIALS' }));
    expect(asked).toBe(false);
    expect(events).toEqual([{ status: 400, code: 'ERR_AUTH_AMBIGUOUS_CREDENTIALS', transport: 'http', route: 'route', steps: [] }]);
  });
});

describe('the way in', () => {
  const quiet = { denied: () => undefined };
  const revocations = (isOn: boolean) => ({ isOn, check: () => true });

  it('gives the principal of a caller that is admitted, at once or later, and none of one without credentials', async () => {
    const door = new Door(resolveOptions({}), quiet);
    const alice = accepts({ username: 'alice' });
    expect(door.enter(planOf(single(alice)), request, undefined, ROUTE)).toMatchObject({ username: 'alice' });
    expect(await door.enter(planOf(single(later(alice))), request, undefined, ROUTE)).toMatchObject({ username: 'alice' });
    expect(door.enter({ ...planOf(single(absent)), admitsAnonymous: true }, request, undefined, ROUTE)).toBeUndefined();
  });

  it('is open for an open plan, and closed for one that denies and for a path that nothing can decide about', () => {
    const door = new Door(resolveOptions({}), quiet);
    const follow = (plan: Plan | undefined) => door.follow(plan, request, undefined, ROUTE);
    expect(follow({ kind: 'open', source: 'resource' })).toBe(true);
    expect(follow({ kind: 'denied', source: 'default' })).toMatchObject({ code: 'ERR_AUTH_FORBIDDEN' });
    expect(follow(undefined)).toMatchObject({ code: 'ERR_AUTH_AMBIGUOUS_PATH' });
    expect(follow(refused)).toMatchObject({ code: 'ERR_AUTH_UNAUTHENTICATED' });
  });

  it.each([
    [true, 'ERR_AUTH_UNAUTHENTICATED'],
    [false, undefined],
  ])('asks about revocations where they are on: %p', (isOn, code) => {
    const door = new Door(resolveOptions({}), quiet, undefined, undefined, revocations(isOn));
    const admission = door.follow(planOf(single(accepts())), request, undefined, ROUTE) as { code?: string };
    expect(admission.code).toBe(code);
  });

  it('is closed as unavailable for those who wait when the application closes', async () => {
    const pending = new PendingDecisions();
    const door = new Door(resolveOptions({}), quiet, pending);
    const admission = door.follow(planOf(single(() => new Promise(() => undefined))), request, undefined, ROUTE);
    pending.cut();
    expect(await admission).toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE', headers: { 'Retry-After': '1' } });
  });

  it('tells the sink of admissions, where it wants to know, and of no refusal as one', () => {
    const admitted: unknown[] = [];
    const door = new Door(resolveOptions({}), { ...quiet, admitted: ({ username }) => void admitted.push(username) });
    door.follow(planOf(single(accepts({ username: 'alice' }))), request, undefined, ROUTE);
    door.follow(refused, request, undefined, ROUTE);
    door.follow({ ...planOf(single(absent)), admitsAnonymous: true }, request, undefined, ROUTE);
    expect(admitted).toEqual(['alice', '']);
  });

  it.each([
    ['a refusal of this module', () => new AccessDeniedException(), 'returned'],
    ['an exception of Nest', () => new NotFoundException(), 'thrown'],
  ])('answers %s of an authorizer as it is', async (_, make, how) => {
    const events: DenialEvent[] = [];
    const admitted: unknown[] = [];
    const sink = { denied: (event: DenialEvent) => void events.push(event), admitted: (event: unknown) => void admitted.push(event) };
    const door = new Door(resolveOptions({}), sink);
    const answer = make();
    const authorize = () => {
      throw answer;
    };
    const plan = planOf(single(accepts(), { authorizers: [{ authorizer: { authorize }, args: undefined }] }));
    const follow = async () => door.follow(plan, request, {} as never, ROUTE);
    if (how === 'returned') expect(await follow()).toBe(answer);
    else await expect(follow()).rejects.toBe(answer);
    expect(events).toMatchObject([{ status: answer.getStatus() }]);
    expect(admitted).toEqual([]);
  });
});
