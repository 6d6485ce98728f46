import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { transpiled } from '../transpiled.js';

/** Where the sample is. */
export const SAMPLE = 'sample/order-management';

/** The names of the sample's services: the folders that have something to start. */
export function serviceNames(): string[] {
  return readdirSync(SAMPLE).filter((name) => existsSync(mainOf(name)));
}

/** The entry file of a service of the sample. */
export function mainOf(service: string): string {
  return join(SAMPLE, service, 'main.ts');
}

/** What programs are made of. */
export interface Closure {
  /** Their source files, from the top of the repository. */
  readonly files: readonly string[];
  /** The packages that they import for more than their types. */
  readonly packages: readonly string[];
}

/** Follows the imports of source files. */
export function closureOf(...mains: readonly string[]): Closure {
  const files = new Set<string>(mains);
  const packages = new Set<string>();
  // A set goes on to what is added while it is gone through.
  for (const file of files) {
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) files.add(sourceOf(file, name));
      else if (!isBuiltin(name)) packages.add(packageOf(name));
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function sourceOf(importer: string, name: string): string {
  return normalize(join(dirname(importer), name)).replace(/\.js$/, '.ts');
}

function importsOf(file: string): string[] {
  return ts.preProcessFile(transpiled(file), true, true).importedFiles.map(({ fileName }) => fileName);
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The variables that a program's files name as `env.X` or hand to a reader by name. */
export function environmentReads(files: readonly string[]): Set<string> {
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  const direct = texts.flatMap((text) => [...text.matchAll(/\benv\.([A-Z][A-Z0-9_]*)\b/g)].map(([, name = '']) => name));
  const ports = texts.flatMap((text) => [...text.matchAll(/portFrom\([\w.]+, '(\w+)'/g)].map(([, name = '']) => name));
  const secrets = texts.flatMap((text) => [...text.matchAll(/secretFrom\([\w.]+, '(\w+)'/g)].map(([, name = '']) => name));
  return new Set([...direct, ...ports, ...secrets, ...secrets.map((name) => `${name}_FILE`)]);
}
