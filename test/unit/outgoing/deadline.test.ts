import { jest } from '@jest/globals';
import { Deadline } from '../../../lib/outgoing/deadline.js';

describe('the end of an exchange', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const start = (signal?: AbortSignal) => {
    const exchange = { url: new URL('https://idp.example/keys?secret'), method: 'GET' };
    const deadline = new Deadline(3000, { ...exchange, ...(signal && { signal }) });
    const reasons: unknown[] = [];
    return { deadline, reasons, wait: () => deadline.onEnd((reason) => reasons.push(reason)) };
  };

  it('comes when its time is over, for what waits then and for what begins later', () => {
    const { deadline, reasons, wait } = start();
    wait();
    jest.advanceTimersByTime(2999);
    expect([deadline.late, reasons]).toEqual([undefined, []]);
    jest.advanceTimersByTime(1);
    expect(deadline.late?.message).toBe('GET https://idp.example/keys: no whole answer within 3 s');
    wait();
    expect(reasons).toEqual([deadline.late, deadline.late]);
  });

  it('is noted although nothing waits for it', () => {
    const { deadline } = start();
    jest.advanceTimersByTime(3000);
    expect(deadline.late).toBeDefined();
  });

  it('comes when the caller gives up, at once where that was before', () => {
    const controller = new AbortController();
    const { deadline, reasons, wait } = start(controller.signal);
    wait();
    expect(reasons).toEqual([]);
    controller.abort('enough');
    wait();
    expect([reasons, deadline.late]).toEqual([['enough', 'enough'], undefined]);
  });

  it('comes at once for what begins after the caller gave up', () => {
    const controller = new AbortController();
    const { reasons, wait } = start(controller.signal);
    controller.abort('enough');
    expect(reasons).toEqual([]);
    wait();
    expect(reasons).toEqual(['enough']);
  });

  it('is no mistake of the caller who gives up before anything waits', () => {
    const { signal } = new AbortController();
    const listen = jest.spyOn(signal, 'addEventListener');
    start(signal);
    expect(listen.mock.calls).toEqual([['abort', expect.any(Function)]]);
    const [, giveUp] = listen.mock.calls[0] as unknown as [string, () => void];
    expect(giveUp).not.toThrow();
  });

  it('does not come after the exchange, and keeps no process alive', () => {
    const controller = new AbortController();
    const { deadline, reasons, wait } = start(controller.signal);
    wait();
    deadline.close();
    controller.abort('enough');
    expect([reasons, jest.getTimerCount()]).toEqual([[], 0]);
    const without = start();
    without.deadline.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
