import { fork, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toSvg } from './report/chart.js';
import { toMarkdown } from './report/table.js';

/** `npm run bench`, `npm run bench -- <part>…`, each with `--quick`: measures, shows a table, and draws the chart of the README. */

const PARTS = [
  'guard-path',
  'graphql',
  'web-socket',
  'rpc',
  'dpop',
  'revocation',
  'step-up',
  'login-limit',
  'http',
  'introspection',
  'basic',
  'mutual-tls',
  'access-rules',
  'memory',
  'boot',
  'cold-start',
  'telemetry',
  'thread-pool',
];
const CHART = join(import.meta.dirname, '../../docs/img/guard-path.svg');
/** Those that are no part of `npm run bench` unless they are named. */
const ON_REQUEST = ['thread-pool'];

const asked = process.argv.slice(2).filter((argument) => argument !== '--quick');
const quick = process.argv.includes('--quick');
const unknown = asked.filter((part) => !PARTS.includes(part));

if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. The parts are: ${PARTS.join(', ')}.`);
  process.exitCode = 1;
} else {
  installPeers();
  for (const part of asked.length > 0 ? asked : PARTS.filter((each) => !ON_REQUEST.includes(each))) await runPart(part);
}

/** The packages to compare with, into this folder alone. */
function installPeers() {
  if (existsSync(join(import.meta.dirname, 'node_modules'))) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: import.meta.dirname, stdio: 'inherit' });
  if (status !== 0) throw new Error('The packages to compare with could not be installed.');
}

/** @param {string} part */
async function runPart(part) {
  console.log(`\n${part}${quick ? ' (quick: good for nothing but to see that it runs)' : ''}\n`);
  const rows = await measure(part);
  console.log(toMarkdown(rows));
  if (part !== 'guard-path' || quick) return;
  mkdirSync(join(CHART, '..'), { recursive: true });
  writeFileSync(CHART, toSvg(rows));
  console.log(`\nThe chart is ${CHART}.`);
}

/** @param {string} part @returns {Promise<import('./report/result.js').Row[]>} */
function measure(part) {
  const child = fork(join(import.meta.dirname, 'support/run-part.js'), [part, quick ? '--quick' : ''], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (rows) => resolve(/** @type {any} */ (rows)));
    child.once('exit', (code) => reject(new Error(`The part ${part} ended with ${code} before it had anything to tell.`)));
  });
}
