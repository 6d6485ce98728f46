import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedsOf, TARGETS } from './every-target.js';
import { problemWith } from './fuzzer.js';
import { mutate, Random } from './mutate.js';

const CORPUS = join('test', 'fuzz', 'corpus');

function corpusOf(name: string): Buffer[] {
  const folder = join(CORPUS, name);
  return existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file))) : [];
}

describe('each parser keeps its promises', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))(
    '%s: with what was found before, and with changed inputs',
    async (name, target) => {
      const known = [...seedsOf(target), ...corpusOf(name)];
      const words = target.words.map((word) => Buffer.from(word, 'latin1'));
      const random = new Random(1);
      const changed = Array.from({ length: 100 }, () => mutate(random.of(known) ?? Buffer.alloc(0), random, known, words));
      for (const input of [Buffer.alloc(0), ...known, ...changed])
        expect([await problemWith(target, input), input.toString('latin1')]).toEqual([undefined, expect.any(String)]);
    },
  );

  it.each(TARGETS.map((target) => [target.name, target] as const))('%s: some of its seeds can be read', async (_, target) => {
    const read = await Promise.all(seedsOf(target).map(async (seed) => target.check(seed, seed.toString('latin1'))));
    expect(read).toContain(true);
  });

  it('has a corpus for known targets only', () => {
    const names = TARGETS.map(({ name }) => name);
    expect((existsSync(CORPUS) ? readdirSync(CORPUS) : []).filter((name) => !names.includes(name))).toEqual([]);
  });
});
