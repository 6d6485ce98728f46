import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger, NotFoundException, UnauthorizedException } from '@nestjs/common';
import { AuthEventSink, type DenialEvent } from 'nest-service-auth';
import { resolveOptions } from '../../../lib/auth.options.schema.js';
import { Door } from '../../../lib/guard/door.js';
import { accepts, later, planOf, rejects, single } from './steps.js';

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

describe('several Authorization headers', () => {
  it('are refused before any strategy is asked', () => {
    let asked = false;
    const plan = planOf(
      single(() => {
        asked = true;
        return { outcome: 'absent' };
      }),
    );
    const door = new Door(resolveOptions({}), new BrokenSink());
    const twice = { headers: { authorization: 'a' }, rawHeaders: ['authorization', 'a', 'Authorization', 'b'] };
    expect(() => door.enter(plan, twice, undefined, ROUTE)).toThrow(expect.objectContaining({ code: 'ERR_AUTH_AMBIGUOUS_CREDENTIALS' }));
    expect(asked).toBe(false);
  });
});
