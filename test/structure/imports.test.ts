import { join } from 'node:path';
import { importProblems } from './import-problems.js';
import { covers, IMPORT_TABLE } from './import-table.js';
import { parseSource, readSources, type SourceFile } from './source-file.js';

const MAX_LINES = 200;

const sources = readSources(join(import.meta.dirname, '../../lib'));
const placesOf = (file: SourceFile, lines: readonly number[]) => lines.map((line) => `lib/${file.path}:${line}`);

describe('the files of lib/', () => {
  it('are there to be read', () => {
    expect(sources.map(({ path }) => path)).toEqual(expect.arrayContaining(['index.ts', 'auth.module.ts', 'strategies/strategy.ts']));
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(sources.length);
  });

  it('import only what the table of CONTRIBUTING.md allows', () => {
    expect(sources.flatMap(importProblems)).toEqual([]);
  });

  it(`are shorter than ${MAX_LINES} lines: split what grows by concept`, () => {
    const tooLong = sources.filter(({ lineCount }) => lineCount >= MAX_LINES);
    expect(tooLong.map(({ path, lineCount }) => `lib/${path}: ${lineCount}`)).toEqual([]);
  });

  it('never read process.env, except the command line, the proxies where a config says "environment", and the test entry: configuration is handed in', () => {
    const allowed = ['outgoing/proxy-environment.ts', 'testing/not-in-production.ts'];
    const library = sources.filter(({ path }) => !path.startsWith('cli/') && !allowed.includes(path));
    expect(library.flatMap((file) => placesOf(file, file.environmentReads))).toEqual([]);
  });

  it('never wait at the top level, which would make require() of the package impossible', () => {
    const library = sources.filter(({ path }) => !path.startsWith('cli/'));
    expect(library.flatMap((file) => placesOf(file, file.topLevelAwaits))).toEqual([]);
  });

  it('never have import.meta, which is a syntax error where Jest makes CommonJS of them', () => {
    expect(sources.flatMap((file) => placesOf(file, file.importMetas))).toEqual([]);
  });
});

describe('the import rules', () => {
  const problemsOf = (path: string, text: string) => importProblems(parseSource(path, text));

  it.each([
    ['one strategy that imports another', 'strategies/jwt/a.ts', `import { b } from '../basic/b.js';`, 'No strategy imports another'],
    ['one that does so for a type', 'strategies/jwt/a.ts', `import type { B } from '../basic/b.js';`, 'No strategy imports another'],
    [
      'a strategy that reaches for the guard',
      'strategies/jwt/a.ts',
      `import { b } from '../../guard/door.js';`,
      'auth.module.ts hand it in',
    ],
    ['a strategy that uses more of Nest', 'strategies/jwt/a.ts', `import { Logger } from '@nestjs/common';`, 'here: Logger'],
    ['an import of the face', 'guard/a.ts', `export { X } from '../index.js';`, 'nobody in lib/ imports index.ts'],
    [
      'an import of the testing entry point',
      'auth.module.ts',
      `const x = import('./testing/index.js');`,
      'nobody in lib/ imports testing/',
    ],
    ['a value where only types may come from', 'plan/a.ts', `import { type A, b } from '../authorizer.js';`, 'types only'],
    ['a type written as import()', 'clock.ts', `export type X = import('./errors.js').X;`, 'nothing of ours'],
    ['the wire that knows a principal', 'http/a.ts', `import type { Principal } from '../principal.js';`, 'http/ may import only'],
    ['an optional peer imported for good', 'strategies/basic/a.ts', `import { Client } from 'ldapts';`, 'optional peer'],
    [
      'one that a bundler would look for when it builds',
      'strategies/basic/a.ts',
      `export const load = () => import('ldapts');`,
      'importPackage()',
    ],
    ['a folder without a row', 'utils/a.ts', '', 'has no rule'],
  ])('refuse %s', (_, path, text, expected) => {
    expect(problemsOf(path, text)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [
      'a strategy its own folder, the contract and the wire',
      'strategies/jwt/keys/a.ts',
      `import '../b.js'; import '../../strategy.js'; import '../../../http/c.js';`,
    ],
    ['the types of an optional peer', 'strategies/basic/a.ts', `export type Ldapts = typeof import('ldapts');`],
    ['a strategy to be injectable', 'strategies/basic/a.ts', `import { Inject, Injectable } from '@nestjs/common';`],
    ['types where the table says so', 'guard/a.ts', `import { type Verdict } from '../strategies/strategy.js';`],
  ])('allow %s', (_, path, text) => {
    expect(problemsOf(path, text)).toEqual([]);
  });

  it('see process.env, a top-level await and import.meta', () => {
    const text = 'const a = process.env.X;\nawait a;\nasync () => { await import.meta.url; };';
    const { environmentReads, topLevelAwaits, importMetas } = parseSource('a.ts', text);
    expect({ environmentReads, topLevelAwaits, importMetas }).toEqual({ environmentReads: [1], topLevelAwaits: [2], importMetas: [3] });
  });

  it('let an arrow point down only: what a row names stands below it', () => {
    const floors = IMPORT_TABLE.map(({ files }) => files);
    const upward = IMPORT_TABLE.flatMap(({ files, may, mayTypes = [] }, floor) =>
      [...may, ...mayTypes]
        .filter((each) => each !== '*' && !each.startsWith('strategies/'))
        .filter((each) => floors.findIndex((other) => covers(other, each.endsWith('/') ? `${each}a.ts` : each)) <= floor)
        .map((each) => `${files} -> ${each}`),
    );
    expect(upward).toEqual([]);
  });

  it('never say two things about one part of lib/', () => {
    const parts = IMPORT_TABLE.map(({ files }) => files);
    expect(new Set(parts).size).toBe(parts.length);
  });
});
