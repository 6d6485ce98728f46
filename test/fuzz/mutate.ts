/** Numbers from 0 to below `limit`, the same for the same seed. @see xorshift32, Marsaglia 2003 */
export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % Math.max(1, limit);
  }

  of<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }
}

type Mutation = (input: Buffer, random: Random, others: readonly Buffer[], words: readonly Buffer[]) => Buffer;

const INTERESTING = [0, 1, 9, 10, 13, 0x20, 0x22, 0x25, 0x2c, 0x2e, 0x30, 0x3b, 0x3d, 0x5c, 0x7b, 0x7f, 0x80, 0xc0, 0xed, 0xff];
const MAX_LENGTH = 16_384;

function spliced(input: Buffer, at: number, drop: number, put: Buffer): Buffer {
  return Buffer.concat([input.subarray(0, at), put, input.subarray(at + drop)]).subarray(0, MAX_LENGTH);
}

const part = (from: Buffer, random: Random, most: number): Buffer => {
  const start = random.below(from.length);
  return from.subarray(start, start + 1 + random.below(most));
};

const MUTATIONS: readonly Mutation[] = [
  // Another octet, a removed part, a repeated part.
  (input, random) => spliced(input, random.below(input.length), 1, Buffer.of(random.of(INTERESTING) ?? 0)),
  (input, random) => spliced(input, random.below(input.length), 1, Buffer.of(random.below(256))),
  (input, random) => spliced(input, random.below(input.length + 1), 0, Buffer.of(random.of(INTERESTING) ?? 0)),
  (input, random) => spliced(input, random.below(input.length), 1 + random.below(8), Buffer.alloc(0)),
  (input, random) => spliced(input, random.below(input.length + 1), 0, part(input, random, 40)),
  // A word of the parser, in place of something or before it.
  (input, random, _, words) => spliced(input, random.below(input.length + 1), 0, random.of(words) ?? Buffer.alloc(0)),
  (input, random, _, words) => spliced(input, random.below(input.length + 1), random.below(12), random.of(words) ?? Buffer.alloc(0)),
  // A part of another input.
  (input, random, others) => spliced(input, random.below(input.length + 1), random.below(20), part(random.of(others) ?? input, random, 60)),
  (input, random, others) => Buffer.concat([input, random.of(others) ?? input]).subarray(0, MAX_LENGTH),
  // A long run: what takes more time than the length allows shows itself.
  (input, random) => {
    const unit = part(input, random, 4);
    return spliced(input, random.below(input.length + 1), 0, Buffer.alloc(1 + random.below(4000), unit.length === 0 ? 0x20 : unit));
  },
];

/** Changes an input in one to four ways. */
export function mutate(input: Buffer, random: Random, others: readonly Buffer[], words: readonly Buffer[]): Buffer {
  let changed = input;
  for (let count = 1 + random.below(4); count > 0; count--) {
    const mutation = random.of(MUTATIONS);
    if (mutation !== undefined) changed = mutation(changed, random, others, words);
  }
  return changed;
}
