import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTarball } from '../package/pack.js';
import { makeApplication, runApplication } from './versions/application.js';
import { copyWith } from './versions/checkout.js';
import { obtainNode } from './versions/nodes.js';
import { NESTS, NODES, root } from './versions/promised.js';
import { runSuite } from './versions/run-suite.js';
import { leftOut, nameOf, SUITES } from './versions/suites.js';

/** @import { Node } from './versions/nodes.js' */
/** @import { Suite } from './versions/suites.js' */
/** @import { Result } from './versions/run-suite.js' */

/** @typedef {Result & { readonly pair: string, readonly what: string, readonly seconds: number }} Row */

/** Runs the application of test/package on every pair of versions that package.json promises, and the tests of the repository on some. */
export const versions = {
  words:
    "[--part | part of a pair's name…]: the oldest and the newest versions of Node.js and Nest that package.json promises. --part: as .ci/run does it. With a name such as 'Nest 12.2.0': all tests on such pairs alone",

  /** @param {readonly string[]} args */
  async run(args) {
    const workspace = mkdtempSync(join(tmpdir(), 'nest-service-auth-versions-'));
    try {
      const nodes = new Map(await Promise.all(NODES.map(async (wanted) => /** @type {const} */ ([wanted, await obtainNode(wanted)]))));
      const names = args.filter((each) => each !== '--part');
      const which = names.length < args.length ? 'part' : 'all';
      const wanted = SUITES[which].filter((suite) => names.length === 0 || names.some((name) => nameOf(suite).includes(name)));
      if (wanted.length === 0) throw new Error(`There is no such pair. The pairs are: ${SUITES[which].map(nameOf).join('; ')}.`);
      const rows = names.length === 0 ? await checkApplications(workspace, nodes) : [];
      for (const suite of wanted) rows.push(await checkSuite(which, suite, workspace, nodes));
      print(rows);
      if (rows.some(({ good }) => !good)) process.exitCode = 1;
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  },
};

/** @param {string} workspace @param {ReadonlyMap<string, Node>} nodes */
async function checkApplications(workspace, nodes) {
  const tarball = packTarball(root, workspace);
  const projects = await Promise.all(NESTS.map((nest) => makeApplication(nest, workspace, tarball)));
  const what = 'an application with the packed package protects its routes, and its test passes';
  const checkAll = async (/** @type {typeof projects[number]} */ project) => {
    const rows = [];
    for (const node of nodes.values()) {
      rows.push(await row(node, project.name, what, () => runApplication(project, node)));
    }
    return rows;
  };
  return (await Promise.all(projects.map(checkAll))).flat();
}

/** @param {keyof SUITES} which @param {Suite} suite @param {string} workspace @param {ReadonlyMap<string, Node>} nodes */
async function checkSuite(which, suite, workspace, nodes) {
  const node = nodes.get(suite.node) ?? (await obtainNode(suite.node));
  const name = suite.nest?.name ?? 'the installed Nest';
  const what = which === 'all' ? 'all tests' : `the tests of ${suite.files.length} folders and files`;
  for (const [file, why] of Object.entries(leftOut(suite))) console.log(`- ${name}: ${file} is left out: ${why}`);
  return row(node, name, what, async () => {
    const directory = suite.nest === undefined ? root : (await copyWith(suite.nest, workspace)).directory;
    return runSuite(suite, node, directory);
  });
}

/** @param {Node} node @param {string} nest @param {string} what @param {() => Promise<Result | void>} check @returns {Promise<Row>} */
async function row(node, nest, what, check) {
  const started = performance.now();
  const { good, words } = await check().then(
    (result) => result ?? { good: true, words: 'passed' },
    (error) => {
      console.error(error instanceof Error ? error.message : error);
      return { good: false, words: 'FAILED' };
    },
  );
  return { pair: `Node.js ${node.version}, ${nest}`, what, good, words, seconds: Math.round((performance.now() - started) / 1000) };
}

/** @param {readonly Row[]} rows */
function print(rows) {
  console.log('\nVersions that were run:');
  for (const { pair, what, good, words, seconds } of rows)
    console.log(`${good ? '✓' : '✗'} ${pair.padEnd(40)} ${what}: ${words} (${seconds} s)`);
}
