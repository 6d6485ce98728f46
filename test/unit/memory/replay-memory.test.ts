import { LocalReplayMemory, ReplayMemoryFullError } from '../../../lib/memory/replay-memory.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('the memory of what was used', () => {
  it('accepts a key once, and again when its time is over', () => {
    const clock = new FakeClock();
    const memory = new LocalReplayMemory(10, clock);
    expect(memory.add('a', 60)).toBe(true);
    expect(memory.add('a', 60)).toBe(false);
    clock.passes(59);
    expect(memory.add('a', 60)).toBe(false);
    clock.passes(1);
    expect(memory.add('a', 60)).toBe(true);
  });

  it('displaces nothing when it is full: it throws, and has room again when the oldest have ended', () => {
    const clock = new FakeClock();
    const memory = new LocalReplayMemory(2, clock);
    memory.add('a', 60);
    clock.passes(10);
    memory.add('b', 60);
    expect(() => memory.add('c', 60)).toThrow(ReplayMemoryFullError);
    expect(memory.add('a', 60)).toBe(false);
    clock.passes(50);
    expect(memory.add('c', 60)).toBe(true);
    expect(memory.add('b', 60)).toBe(false);
  });

  it('remembers although the wall clock was set forward and back', () => {
    const clock = new FakeClock();
    const memory = new LocalReplayMemory(2, clock);
    memory.add('a', 60);
    clock.setBy(3600);
    expect(memory.add('a', 60)).toBe(false);
    clock.setBy(-3600);
    expect(memory.add('a', 60)).toBe(false);
  });

  it('remembers until the wall clock, which is compared with the times in tokens, has come to the end, too', () => {
    const clock = new FakeClock();
    const memory = new LocalReplayMemory(2, clock);
    memory.add('a', 60);
    clock.setBy(-3600);
    clock.passes(3659);
    expect(memory.add('a', 60)).toBe(false);
    clock.passes(1);
    expect(memory.add('a', 60)).toBe(true);
  });

  it('accepts a key again that it was told to forget, and no other', () => {
    const memory = new LocalReplayMemory(2, new FakeClock());
    for (const key of ['a', 'b']) memory.add(key, 60);
    memory.forget('a');
    expect([memory.add('a', 60), memory.add('b', 60)]).toEqual([true, false]);
  });
});
