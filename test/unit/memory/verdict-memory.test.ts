import { type MemoryLimits, VerdictMemory } from '../../../lib/memory/verdict-memory.js';
import { FakeClock } from '../../support/fake-clock.js';

interface Found {
  readonly verdict: { readonly outcome: 'accepted' | 'rejected' };
  readonly owner: string;
}

const GOOD: Found = { verdict: { outcome: 'accepted' }, owner: 'alice' };
const BAD: Found = { verdict: { outcome: 'rejected' }, owner: 'alice' };
const FOREVER = Number.POSITIVE_INFINITY;

describe('the memory of verdicts', () => {
  const clock = new FakeClock();
  const create = (accepted: MemoryLimits, rejected?: MemoryLimits) =>
    new VerdictMemory<Found, string>({ accepted, rejected, holds: ({ owner }, asker) => owner === asker, clock });

  it('keeps rejected credentials apart, so that they displace no accepted one', () => {
    const memory = create({ capacity: 1 }, { capacity: 1 });
    memory.remember('good', GOOD, FOREVER);
    memory.remember('bad', BAD, FOREVER);
    memory.remember('worse', BAD, FOREVER);
    expect(memory.recall('good', 'alice')).toBe(GOOD);
    expect(memory.recall('bad', 'alice')).toBeUndefined();
    expect(memory.recall('worse', 'alice')).toBe(BAD);
  });

  it('keeps each kind for a time of its own', () => {
    const memory = create({ defaultMaxAge: 60 }, { defaultMaxAge: 10 });
    memory.remember('good', GOOD, FOREVER);
    memory.remember('bad', BAD, FOREVER);
    clock.passes(10);
    expect([memory.peek('good'), memory.peek('bad')]).toEqual([GOOD, undefined]);
    clock.passes(50);
    expect(memory.peek('good')).toBeUndefined();
  });

  it('counts a finding that does not hold for the request as a miss, and forgets it for no other', () => {
    const memory = create({});
    memory.remember('key', GOOD, FOREVER);
    expect(memory.recall('key', 'bob')).toBeUndefined();
    expect(memory.recall('key', 'alice')).toBe(GOOD);
    expect(memory.recall('other', 'alice')).toBeUndefined();
    expect(memory.lookups).toEqual({ hits: 1, misses: 2 });
  });

  it('forgets one credential, or all', () => {
    const memory = create({}, {});
    for (const key of ['one', 'two', 'three']) memory.remember(key, GOOD, FOREVER);
    memory.remember('bad', BAD, FOREVER);
    memory.forget('one');
    expect([memory.peek('one'), memory.peek('two')]).toEqual([undefined, GOOD]);
    memory.clear();
    expect([memory.peek('two'), memory.peek('bad')]).toEqual([undefined, undefined]);
  });

  it.each<[string, MemoryLimits, MemoryLimits, Found]>([
    ['accepted', {}, undefined, GOOD],
    ['rejected', undefined, {}, BAD],
  ])('remembers and forgets where only %s credentials are remembered', (_, accepted, rejected, finding) => {
    const memory = create(accepted, rejected);
    for (const each of [GOOD, BAD]) memory.remember(each.verdict.outcome, each, FOREVER);
    const { outcome } = finding.verdict;
    expect(['accepted', 'rejected'].map((key) => memory.peek(key)).filter((each) => each !== undefined)).toEqual([finding]);
    memory.forget(outcome);
    expect(memory.peek(outcome)).toBeUndefined();
    memory.remember(outcome, finding, FOREVER);
    memory.clear();
    expect(memory.peek(outcome)).toBeUndefined();
  });

  it('holds for every request where nothing of a request decides', () => {
    const memory = new VerdictMemory<Found>({ accepted: {}, clock });
    memory.remember('key', GOOD, FOREVER);
    expect(memory.recall('key', undefined)).toBe(GOOD);
  });

  it('remembers, digests and counts nothing where no kind is to be remembered', () => {
    const memory = create(undefined);
    memory.remember('key', GOOD, FOREVER);
    expect(memory.recall('key', 'alice')).toBeUndefined();
    expect([memory.keyOf('credential'), memory.lookups]).toEqual(['', undefined]);
    expect(create(undefined, {}).keyOf('credential')).not.toBe('');
  });
});
