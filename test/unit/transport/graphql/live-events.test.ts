import { LiveEvents } from '../../../../lib/transport/graphql/live-events.js';

/** Events that the test hands out. */
function source() {
  const waiting: ((result: IteratorResult<unknown>) => void)[] = [];
  let stopped = 0;
  const iterator = {
    next: () => new Promise<IteratorResult<unknown>>((resolve) => void waiting.push(resolve)),
    return: async () => {
      stopped++;
      return { done: true as const, value: undefined };
    },
  };
  const emit = (value: unknown) => waiting.shift()?.({ done: false, value });
  return { iterator, emit, stopped: () => stopped };
}

function live() {
  const from = source();
  const calls: string[] = [];
  const events = new LiveEvents(
    from.iterator,
    () => void calls.push('event'),
    () => void calls.push('over'),
  );
  return { ...from, calls, events };
}

describe('the events of a subscription', () => {
  it('reach the consumer, and are announced before', async () => {
    const { events, emit, calls } = live();
    const next = events.next();
    emit(1);
    expect(await next).toEqual({ done: false, value: 1 });
    expect(calls).toEqual(['event']);
  });

  it('end with an error for the consumer that waits, and are over', async () => {
    const { events, emit, calls, stopped } = live();
    const next = events.next();
    events.end(new Error('expired'));
    emit(1);
    await expect(next).rejects.toThrow('expired');
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect([calls, stopped()]).toEqual([['over'], 1]);
  });

  it('end with an error for the next consumer, where none waits', async () => {
    const { events } = live();
    events.end(new Error('expired'));
    await expect(events.next()).rejects.toThrow('expired');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('leave no consumer waiting when they are ended from outside, and tell of it once', async () => {
    const { events, calls, stopped } = live();
    const next = events.next();
    await events.return();
    await events.return();
    events.end(new Error('expired'));
    expect(await next).toEqual({ done: true, value: undefined });
    expect([calls, stopped()]).toEqual([['over'], 2]);
  });
});
