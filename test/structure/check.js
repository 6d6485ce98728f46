import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTarball, packCommand } from '../package/pack.js';

/** Runs every gate on the source and on the package, shows what each one complains about, and fails if any does. */

const root = join(import.meta.dirname, '../..');
const workspace = mkdtempSync(join(tmpdir(), 'nest-service-auth-check-'));

/** @typedef {{ name: string, command: readonly string[] }} Gate */

/** @type {readonly Gate[]} */
const SOURCE_GATES = [
  { name: 'biome', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'imports', command: ['npm', 'test', '--', 'test/structure'] },
  { name: 'tsc lib', command: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'tsc test', command: ['tsc', '--noEmit', '-p', 'test'] },
  { name: 'typedoc', command: ['typedoc'] },
  { name: 'npm pack', command: packCommand(workspace) },
  // The samples import the package by its name: they need what packing has built.
  { name: 'tsc sample', command: ['tsc', '--noEmit', '-p', 'sample'] },
  { name: 'tsc demo', command: ['tsc', '--noEmit', '-p', 'demo'] },
  { name: 'knip', command: ['knip', '--treat-config-hints-as-errors'] },
];

/** @param {string} tarball @returns {readonly Gate[]} */
function packageGates(tarball) {
  return [
    { name: 'publint', command: ['publint', 'run', tarball, '--strict'] },
    { name: 'attw', command: ['attw', tarball, '--profile', 'esm-only'] },
  ];
}

/** @param {Gate} gate */
function passes({ name, command: [program = '', ...args] }) {
  const started = performance.now();
  const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`;
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: 'utf8', env: { ...process.env, PATH: path } });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (status !== 0) console.log(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  return status === 0;
}

try {
  const broken = SOURCE_GATES.filter((gate) => !passes(gate));
  const tarball = findTarball(workspace);
  if (tarball !== undefined) broken.push(...packageGates(tarball).filter((gate) => !passes(gate)));
  if (broken.length > 0) console.log(`\nNot in order: ${broken.map(({ name }) => name).join(', ')}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
