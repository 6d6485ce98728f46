import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { seedsOf, TARGETS } from './every-target.js';
import { fuzz } from './fuzzer.js';

/** Fuzzes one target: `<name> <seconds> <folder of the corpora> <folder for what is found>`. */
const [name = '', seconds = '60', corpora = '', found = ''] = process.argv.slice(2);
const target = TARGETS.find((each) => each.name === name);

if (target === undefined) console.log(TARGETS.map((each) => each.name).join('\n'));
else {
  const folder = join(corpora, name);
  const corpus = existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file))) : [];
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31) || 1;
  const script = basename(process.argv[1] ?? '');
  const { runs, blocks, kept, failures } = await fuzz(target, [...seedsOf(target), ...corpus], Number(seconds), script, seed);
  console.log(`${name}: ${runs} inputs, ${kept.length} kept, ${blocks} blocks reached, ${failures.size} failures (FUZZ_SEED=${seed})`);
  for (const [problem, input] of failures) {
    mkdirSync(found, { recursive: true });
    const file = join(found, `${name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`);
    writeFileSync(file, input);
    console.log(`${problem}\n  ${file}\n  ${JSON.stringify(input.toString('latin1').slice(0, 300))}`);
    process.exitCode = 1;
  }
}
