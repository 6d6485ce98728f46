import { AuthUnavailableError } from '../../../../lib/errors.js';
import { LocalState } from '../../../../lib/memory/local-state.js';
import { sharedLimiter } from '../../../../lib/strategies/basic/shared-limiter.js';
import { FakeClock } from '../../../support/fake-clock.js';

const options = { keyPrefix: 'failed-logins:people:pair', points: 3, duration: 60 };
const REFUSE = { logins: 'refuse', dpop: 'refuse' } as const;

function twoInstances() {
  const clock = new FakeClock();
  const state = new LocalState(1000, clock);
  const make = () => sharedLimiter({ state, onUnavailable: REFUSE }, options, clock);
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

  it('are forgotten by a success, in every instance', async () => {
    const { one, other } = twoInstances();
    for (let attempt = 0; attempt < 3; attempt++) await one.consume('anne');
    await one.delete('anne');
    for (let attempt = 0; attempt < 3; attempt++) await other.consume('anne');
    await expect(one.consume('anne')).rejects.toBeDefined();
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

describe('failed logins while the shared state is unavailable', () => {
  const down = async (): Promise<never> => {
    throw new AuthUnavailableError('away');
  };
  const state = { add: down, get: down, set: down, increment: down };

  it('cannot be counted', async () => {
    await expect(sharedLimiter({ state, onUnavailable: REFUSE }, options).consume('anne')).rejects.toThrow(AuthUnavailableError);
  });

  it('are limited by the counts of this process, where that is configured', async () => {
    const limiter = sharedLimiter({ state, onUnavailable: { ...REFUSE, logins: 'local' } }, options);
    for (let attempt = 0; attempt < 3; attempt++) await limiter.consume('anne');
    await expect(limiter.consume('anne')).rejects.toMatchObject({ msBeforeNext: expect.any(Number) });
    await limiter.reward('anne');
    await limiter.delete('anne');
    await expect(limiter.consume('anne')).resolves.toBeDefined();
  });
});
