import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'test/fuzz/dist/fuzz.mjs');
const FOUND = join(root, 'test/fuzz/found');

/** Gives the parsers inputs that are changed so that they reach new blocks of the code; an input that breaks a promise is kept. */
export const fuzz = {
  words:
    '[target, or all] [seconds for each, 60 if left out]: gives each parser inputs that reach new blocks of its code; without arguments lists the targets',

  /** @param {readonly string[]} args */
  async run([target, seconds = '60']) {
    await bundleTargets();
    if (target === undefined) return void spawnSync(process.execPath, [bundle], { stdio: 'inherit' });
    for (const name of target === 'all' ? names() : [target]) start(name, seconds);
  },
};

/** One file: its blocks are those of the parsers. What is loaded from packages does not count, but the parser of TOML. */
async function bundleTargets() {
  await build({
    entryPoints: [join(root, 'test/fuzz/main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: [
      '@nestjs/*',
      'zod',
      'undici',
      'jose',
      'lru-cache',
      'ipaddr.js',
      'oauth4webapi',
      '@opentelemetry/*',
      'reflect-metadata',
      'rxjs',
    ],
    alias: { 'nest-service-auth': join(root, 'lib/index.ts') },
    logLevel: 'error',
  });
}

function names() {
  return spawnSync(process.execPath, [bundle], { encoding: 'utf8' }).stdout.trim().split('\n');
}

/** @param {string} name @param {string} seconds */
function start(name, seconds) {
  const args = [bundle, name, seconds, join(root, 'test/fuzz/corpus'), FOUND];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
