import { AuthUnavailableError } from '../../../lib/errors.js';
import { CircuitBreaker } from '../../../lib/outgoing/circuit-breaker.js';
import { healthOf } from '../../../lib/outgoing/dependency-health.js';
import { FakeClock } from '../../support/fake-clock.js';

class Down extends Error {}

describe('the circuit breaker', () => {
  let clock: FakeClock;
  let calls: number;
  let opened: number;
  let breaker: CircuitBreaker;
  beforeEach(() => {
    clock = new FakeClock();
    calls = 0;
    opened = 0;
    breaker = new CircuitBreaker({
      name: 'It',
      failures: 3,
      openFor: 5,
      counts: (error) => error instanceof Down,
      opensAtOnce: (error) => error instanceof RangeError,
      onOpen: () => opened++,
      clock,
    });
  });

  const run = (outcome: () => unknown) =>
    breaker
      .run(async () => {
        calls++;
        return outcome();
      })
      .catch((error: unknown) => error);
  const fail = () => {
    throw new Down();
  };
  const failTimes = async (times: number) => {
    for (let done = 0; done < times; done++) await run(fail);
  };

  it('opens after several failures in a row, and then makes no call', async () => {
    await failTimes(3);
    expect(opened).toBe(1);
    expect(await run(() => 'fine')).toBeInstanceOf(AuthUnavailableError);
    expect(calls).toBe(3);
  });

  it('opens where nobody wants to know, and gives the error of the call', async () => {
    const silent = new CircuitBreaker({ name: 'It', failures: 1, counts: () => true, clock });
    await expect(silent.run(async () => fail())).rejects.toBeInstanceOf(Down);
    await expect(silent.run(async () => 'fine')).rejects.toBeInstanceOf(AuthUnavailableError);
  });

  it('says when it is worth asking again', async () => {
    await failTimes(3);
    clock.now += 1_500;
    expect(await run(() => 'fine')).toMatchObject({ retryAfter: 4 });
  });

  it('stays closed when a success comes in between', async () => {
    await failTimes(2);
    await run(() => 'fine');
    await failTimes(2);
    expect(await run(() => 'fine')).toBe('fine');
  });

  it('takes errors that do not count as proof that the other side answers', async () => {
    await failTimes(2);
    await run(() => {
      throw new TypeError();
    });
    await failTimes(2);
    expect(await run(() => 'fine')).toBe('fine');
  });

  it('lets a single call probe when its time is over, and closes when that goes well', async () => {
    await failTimes(3);
    clock.now += 5_000;
    let answer: (value: string) => void = () => {};
    const probe = run(() => new Promise((resolve) => (answer = resolve)));
    expect(await run(() => 'second')).toMatchObject({ retryAfter: 1 });
    answer('probed');
    expect(await probe).toBe('probed');
    expect(await run(() => 'fine')).toBe('fine');
    expect(calls).toBe(5);
  });

  it('counts what succeeded and what failed, and tells its state', async () => {
    expect(breaker.state).toBe('closed');
    await run(() => 'fine');
    await failTimes(3);
    expect([breaker.state, breaker.tally]).toEqual(['open', { succeeded: 1, failed: 3 }]);
    await run(() => 'fine');
    clock.now += 5_000;
    expect([breaker.state, breaker.tally]).toEqual(['half_open', { succeeded: 1, failed: 3 }]);
    await run(() => 'fine');
    expect([breaker.state, breaker.tally]).toEqual(['closed', { succeeded: 2, failed: 3 }]);
  });

  it('lets a call probe in every outage, not in the first alone', async () => {
    for (const _outage of [1, 2]) {
      await failTimes(3);
      expect(await run(() => 'fine')).toBeInstanceOf(AuthUnavailableError);
      clock.now += 5_000;
      expect(await run(() => 'probed')).toBe('probed');
    }
  });

  it('opens for five seconds after five failures in a row unless configured', async () => {
    breaker = new CircuitBreaker({ name: 'It', counts: () => true, clock });
    await failTimes(4);
    expect(breaker.state).toBe('closed');
    await failTimes(1);
    expect(breaker.state).toBe('open');
    clock.now += 4_999;
    expect(breaker.state).toBe('open');
    clock.now += 1;
    expect(await run(() => 'probed')).toBe('probed');
  });

  it('opens again when the probe fails', async () => {
    await failTimes(3);
    clock.now += 5_000;
    await run(fail);
    expect(opened).toBe(2);
    clock.now += 4_999;
    expect(await run(() => 'fine')).toBeInstanceOf(AuthUnavailableError);
    clock.now += 1;
    expect(await run(() => 'fine')).toBe('fine');
  });

  it('is not opened for longer by calls that were under way when it opened', async () => {
    const late: (() => void)[] = [];
    const underWay = [0, 1, 2, 3].map(() => run(() => new Promise((_resolve, reject) => late.push(() => reject(new Down())))));
    for (const end of late.slice(0, 3)) end();
    await Promise.all(underWay.slice(0, 3));
    clock.now += 3_000;
    late[3]?.();
    await underWay[3];
    clock.now += 2_000;
    expect(await run(() => 'fine')).toBe('fine');
    expect(opened).toBe(1);
  });

  it('is kept open neither longer nor shorter by a clock that is set back', async () => {
    await failTimes(3);
    clock.setBy(-3600);
    expect(await run(() => 'fine')).toMatchObject({ retryAfter: 5 });
    clock.passes(5);
    expect(await run(() => 'fine')).toBe('fine');
  });

  it('does not stay open on a machine that was suspended meanwhile', async () => {
    await failTimes(3);
    clock.setBy(5);
    expect(await run(() => 'fine')).toBe('fine');
  });

  it('opens at once for an error that will be the same the next time, and says why while it is open', async () => {
    const refused = new RangeError('refused');
    const failWith = (error: Error) => () => {
      throw error;
    };
    await run(failWith(refused));
    expect([breaker.state, breaker.failure, opened]).toEqual(['open', refused, 1]);
    expect(await run(() => 'fine')).toMatchObject({ cause: refused });
    expect(calls).toBe(1);
    clock.passes(5);
    await run(failWith(refused));
    expect(breaker.state).toBe('open');
    clock.passes(5);
    expect(await run(() => 'fine')).toBe('fine');
    expect([breaker.state, breaker.failure]).toEqual(['closed', undefined]);
  });
});

describe('the health of a dependency', () => {
  it.each([
    ['closed', undefined, 'up'],
    ['half_open', undefined, 'degraded'],
    ['open', undefined, 'down'],
    ['closed', 'stale', 'degraded'],
    ['half_open', 'stale', 'degraded'],
    ['open', 'stale', 'down'],
  ] as const)('with a breaker that is %s, and the reason %j, is %s', (breaker, reason, status) => {
    const details = reason === undefined ? { breaker } : { breaker, reason };
    expect(healthOf('jwks', breaker, reason)).toStrictEqual({ dependency: 'jwks', status, details });
  });
});
