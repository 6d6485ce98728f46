import { jest } from '@jest/globals';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import { sharedLimiter } from '../../../../lib/strategies/basic/shared-limiter.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { LocalState } from '../../../support/local-state.js';

const options = { keyPrefix: 'failed-logins:people:pair', points: 3, duration: 60 };
const REFUSE = { logins: 'refuse', dpop: 'refuse' } as const;

function twoInstances() {
  const clock = new FakeClock();
  const state = new LocalState(1000, clock);
  const make = () => sharedLimiter({ state, timeout: 0.25, onUnavailable: REFUSE }, options, clock);
  return { one: make(), other: make(), clock };
}

describe('failed logins in the shared state', () => {
  it('are limited across instances', async () => {
    const { one, other } = twoInstances();
    await one.consume('anne');
    await other.consume('anne');
    await one.consume('anne');
    await expect(other.consume('anne')).rejects.toMatchObject({ msBeforeNext: expect.any(Number) });
    await expect(one.consume('anne')).rejects.toMatchObject({ msBeforeNext: expect.any(Number) });
    await expect(one.consume('bert')).resolves.toMatchObject({ msBeforeNext: expect.any(Number) });
  });

  it('are limited when all come at the same time', async () => {
    const { one, other } = twoInstances();
    const attempts = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => (index % 2 ? one : other).consume('anne')));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('are forgotten when the window ends', async () => {
    const { one, clock } = twoInstances();
    for (let attempt = 0; attempt < 3; attempt++) await one.consume('anne');
    const { msBeforeNext } = await one.consume('anne').catch((refusal: { msBeforeNext: number }) => refusal);
    clock.passes(msBeforeNext / 1000);
    await expect(one.consume('anne')).resolves.toBeDefined();
  });

  it('are forgotten by a success, in every instance, those that were taken back no second time', async () => {
    const { one, other } = twoInstances();
    for (let attempt = 0; attempt < 3; attempt++) await one.consume('anne');
    await other.reward('anne');
    await one.delete('anne');
    for (let attempt = 0; attempt < 3; attempt++) await other.consume('anne');
    await expect(one.consume('anne')).rejects.toBeDefined();
  });

  it('count until the window of all instances ends, also where earlier ones were forgotten', async () => {
    const { one, clock } = twoInstances();
    clock.passes(20);
    for (let attempt = 0; attempt < 3; attempt++) expect(await one.consume('anne')).toEqual({ msBeforeNext: 40_000 });
    await one.delete('anne');
    expect(await one.consume('anne')).toEqual({ msBeforeNext: 40_000 });
  });

  it('cost one question each while there are attempts left', async () => {
    const asked = jest.fn();
    class ObservedState extends LocalState {
      override get(key: string) {
        asked();
        return super.get(key);
      }
    }
    const limiter = sharedLimiter({ state: new ObservedState(), timeout: 0.25, onUnavailable: REFUSE }, options, new FakeClock());
    for (let attempt = 0; attempt < 3; attempt++) await limiter.consume('anne');
    expect(asked).not.toHaveBeenCalled();
  });

  it('stay countable when one failure is taken back by two instances at once', async () => {
    const { one, other } = twoInstances();
    await one.consume('anne');
    await Promise.all([one.reward('anne'), other.reward('anne')]);
    await one.delete('anne');
    const answers = await Promise.all(Array.from({ length: 10 }, () => one.consume('anne').catch((refusal: unknown) => refusal)));
    expect(answers).toEqual(Array(10).fill({ msBeforeNext: 60_000 }));
  });

  it.each(['many', '-1', '1.5', '1e99'])('are not overlooked where the state holds %j instead of a count', async (value) => {
    class ForeignState extends LocalState {
      override async get() {
        return value;
      }
    }
    const limiter = sharedLimiter({ state: new ForeignState(), timeout: 0.25, onUnavailable: REFUSE }, options, new FakeClock());
    for (let attempt = 0; attempt < 3; attempt++) await limiter.consume('anne');
    await expect(limiter.consume('anne')).rejects.toThrow(AuthUnavailableError);
  });

  it('can be taken back, never more than were counted', async () => {
    const { one, other } = twoInstances();
    await one.reward('anne');
    await one.consume('anne');
    for (let time = 0; time < 5; time++) await other.reward('anne');
    for (let attempt = 0; attempt < 3; attempt++) await other.consume('anne');
    await expect(one.consume('anne')).rejects.toBeDefined();
  });
});
