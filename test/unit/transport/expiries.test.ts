import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Expiries } from '../../../lib/transport/expiries.js';
import { FakeClock } from '../../support/fake-clock.js';

const SOON = 1_800_000_010;

describe('what ends with its credentials', () => {
  let clock: FakeClock;
  let expiries: Expiries;
  let ended: string[];
  const end = (name: string) => () => void ended.push(name);

  beforeEach(() => {
    jest.useFakeTimers();
    clock = new FakeClock();
    expiries = new Expiries(clock);
    ended = [];
  });

  afterEach(() => jest.useRealTimers());

  function passes(seconds: number): void {
    for (let each = 0; each < seconds; each++) {
      clock.passes(1);
      jest.advanceTimersByTime(1000);
    }
  }

  it('is ended once, within a second of its end', () => {
    expiries.at(SOON, end('one'));
    passes(9);
    expect(ended).toEqual([]);
    passes(2);
    expect(ended).toEqual(['one']);
    passes(10);
    expect(ended).toEqual(['one']);
  });

  it('shares one timer, which stops when nothing is waiting', () => {
    for (let each = 0; each < 1000; each++) expiries.at(SOON + each, end('x'));
    const cancel = expiries.at(SOON + 2000, end('last'));
    expect(jest.getTimerCount()).toBe(1);
    passes(1100);
    expect(ended).toHaveLength(1000);
    cancel();
    cancel();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not ended after it was cancelled, and others of the same second are', () => {
    const same = end('other');
    const cancel = expiries.at(SOON, same);
    expiries.at(SOON, same);
    cancel();
    passes(11);
    expect(ended).toEqual(['other']);
  });

  it('is ended soon where the end is over already', () => {
    expiries.at(SOON - 100, end('late'));
    expect(ended).toEqual([]);
    passes(1);
    expect(ended).toEqual(['late']);
  });

  it('is ended on time though the wall clock was set back, and at once when the machine wakes up after it', () => {
    expiries.at(SOON, end('one'));
    clock.setBy(-3600);
    passes(11);
    expect(ended).toEqual(['one']);
    expiries.at(clock.now / 1000 + 10, end('two'));
    clock.setBy(3600);
    passes(1);
    expect(ended).toEqual(['one', 'two']);
  });

  it('has no end and no timer where the credentials have none', () => {
    expiries.at(undefined, end('never'))();
    expiries.at(Number.POSITIVE_INFINITY, end('never'));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is ended though another one could not be', () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    expiries.at(SOON, () => {
      throw new Error('gone');
    });
    expiries.at(SOON, end('one'));
    passes(11);
    expect(ended).toEqual(['one']);
    expect(error.mock.calls[0]?.[0]).toContain('could not be ended: gone');
    error.mockRestore();
  });

  it('is forgotten when the application closes', () => {
    expiries.at(SOON, end('one'));
    expiries.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
    passes(11);
    expect(ended).toEqual([]);
  });
});
