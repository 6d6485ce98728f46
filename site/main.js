import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deadLinks } from './dead-links.js';
import { copyMarkdown, writePages } from './pages.js';

/** `npm run site`: makes a site of docs/ in site/dist, with a search, the reference by typedoc and llms.txt, and checks its links. */

const FOLDER = import.meta.dirname;
const ROOT = join(FOLDER, '..');
const OUT = join(FOLDER, 'dist');

/** Undocumented names are the matter of `npm run check`. */
const QUIET = ['--treatWarningsAsErrors', 'false', '--treatValidationWarningsAsErrors', 'false'];

/** @param {string} program @param {readonly string[]} args @param {string} cwd */
function run(program, args, cwd) {
  const { status } = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed.`);
}

if (!existsSync(join(FOLDER, 'node_modules'))) run('npm', ['ci', '--no-audit', '--no-fund'], FOLDER);
rmSync(OUT, { recursive: true, force: true });
writePages();
run(process.execPath, [join(FOLDER, 'node_modules/vitepress/bin/vitepress.js'), 'build', '.'], FOLDER);
copyMarkdown(OUT);
const reference = ['--emit', 'docs', '--out', join(OUT, 'reference'), '--hideGenerator', '--name', 'nest-service-auth', ...QUIET];
run(process.execPath, [join(ROOT, 'node_modules/typedoc/bin/typedoc'), ...reference], ROOT);

const dead = deadLinks(OUT);
if (dead.length > 0) {
  console.error(`Links that lead nowhere:\n${dead.join('\n')}`);
  process.exitCode = 1;
}
