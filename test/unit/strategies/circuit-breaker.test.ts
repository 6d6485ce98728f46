import { AuthUnavailableError } from '../../../lib/errors.js';
import { CircuitBreaker } from '../../../lib/strategies/circuit-breaker.js';

class Down extends Error {}

describe('the circuit breaker', () => {
  let now: number;
  let calls: number;
  let opened: number;
  let breaker: CircuitBreaker;
  beforeEach(() => {
    now = 1_000_000;
    calls = 0;
    opened = 0;
    breaker = new CircuitBreaker({
      name: 'It',
      failures: 3,
      openFor: 5,
      counts: (error) => error instanceof Down,
      onOpen: () => opened++,
      now: () => now,
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

  it('opens after several failures in a row, and then calls nobody', async () => {
    await failTimes(3);
    expect(opened).toBe(1);
    expect(await run(() => 'fine')).toBeInstanceOf(AuthUnavailableError);
    expect(calls).toBe(3);
  });

  it('says when it is worth asking again', async () => {
    await failTimes(3);
    now += 1_500;
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
    now += 5_000;
    let answer: (value: string) => void = () => {};
    const probe = run(() => new Promise((resolve) => (answer = resolve)));
    expect(await run(() => 'second')).toMatchObject({ retryAfter: 1 });
    answer('probed');
    expect(await probe).toBe('probed');
    expect(await run(() => 'fine')).toBe('fine');
    expect(calls).toBe(5);
  });

  it('opens again when the probe fails', async () => {
    await failTimes(3);
    now += 5_000;
    await run(fail);
    expect(opened).toBe(2);
    now += 4_999;
    expect(await run(() => 'fine')).toBeInstanceOf(AuthUnavailableError);
    now += 1;
    expect(await run(() => 'fine')).toBe('fine');
  });

  it('is not opened for longer by calls that were under way when it opened', async () => {
    const late: (() => void)[] = [];
    const underWay = [0, 1, 2, 3].map(() => run(() => new Promise((_resolve, reject) => late.push(() => reject(new Down())))));
    for (const end of late.slice(0, 3)) end();
    await Promise.all(underWay.slice(0, 3));
    now += 3_000;
    late[3]?.();
    await underWay[3];
    now += 2_000;
    expect(await run(() => 'fine')).toBe('fine');
    expect(opened).toBe(1);
  });

  it('is not kept open by a clock that is set back', async () => {
    await failTimes(3);
    now -= 3_600_000;
    expect(await run(() => 'fine')).toBe('fine');
  });
});
