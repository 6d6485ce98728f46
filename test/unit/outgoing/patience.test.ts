import { jest } from '@jest/globals';
import { AuthUnavailableError } from '../../../lib/errors.js';
import { Patience, UNLIMITED } from '../../../lib/outgoing/patience.js';
import { withinTime } from '../../../lib/outgoing/within-time.js';
import { FakeClock } from '../../support/fake-clock.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const never = () => new Promise<string>(() => {});
const isPending = async (work: Promise<unknown>) => {
  let pending = true;
  const end = () => {
    pending = false;
  };
  work.then(end, end);
  await jest.advanceTimersByTimeAsync(0);
  return pending;
};

describe('the time that one decision waits for a store', () => {
  it.each([
    [0.5, 1500],
    [2, 0],
    [3, 0],
  ])('is one for all its questions: after %d s of 2, the next one has %d ms', async (seconds, left) => {
    const clock = new FakeClock();
    const patience = new Patience(2, clock);
    const first = patience.wait(async () => {
      clock.passes(seconds);
      return 'first';
    });
    expect(await first).toBe('first');
    // The time between two questions.
    clock.passes(10);
    const second = patience.wait(never);
    second.catch(() => undefined);
    if (left > 0) {
      await jest.advanceTimersByTimeAsync(left - 1);
      expect(await isPending(second)).toBe(true);
    }
    await jest.advanceTimersByTimeAsync(2);
    expect(await isPending(second)).toBe(false);
    await expect(second).rejects.toThrow(AuthUnavailableError);
    await expect(second).rejects.toMatchObject({ message: 'The shared state did not answer within 2 s.', retryAfter: 1 });
  });

  it('has no end for a store that is not waited for', async () => {
    const answer = UNLIMITED.wait(never);
    await jest.advanceTimersByTimeAsync(1_000_000);
    expect(await isPending(answer)).toBe(true);
    expect(await UNLIMITED.wait(async () => 'answer')).toBe('answer');
  });

  it('may be over when the answer comes: the caller is told, and a failure is not', async () => {
    const patience = new Patience(2);
    let late = 0;
    const ends: (() => void)[] = [];
    const questions = [
      () => new Promise<void>((resolve) => ends.push(resolve)),
      () => new Promise<void>((_resolve, reject) => ends.push(() => reject(new Error('down')))),
    ];
    for (const question of questions) {
      const asked = patience.wait(question, () => void late++);
      asked.catch(() => undefined);
      await jest.advanceTimersByTimeAsync(2001);
      await expect(asked).rejects.toThrow('did not answer');
    }
    for (const end of ends) end();
    await jest.advanceTimersByTimeAsync(0);
    expect(late).toBe(1);
  });
});

describe('waiting for no longer than some seconds', () => {
  it('ends with the other outcome when they are over', async () => {
    const outcome = withinTime(3, never, () => 'late');
    await jest.advanceTimersByTimeAsync(2999);
    expect(await isPending(outcome)).toBe(true);
    await jest.advanceTimersByTimeAsync(2);
    expect(await outcome).toBe('late');
  });

  it('keeps no process alive after the answer', async () => {
    const answer = async () => 'answer';
    const late = () => 'late';
    expect(await withinTime(3, answer, late)).toBe('answer');
    expect(jest.getTimerCount()).toBe(0);
  });
});
