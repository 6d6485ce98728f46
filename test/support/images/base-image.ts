import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findOnPath } from '../on-path.js';

/** What the builds and the health check need beside Node: a shell, and the programs that it calls. */
const PROGRAMS = ['sh', 'env', 'rm'];

/**
 * Lays out an image in the place of `node:22-slim`, which cannot be pulled without a network: the Node.js, the npm and the shell of this
 * machine, with the shared libraries that they load.
 */
export function layOutBaseImage(root: string): void {
  for (const folder of ['etc', 'tmp', 'root', 'usr/bin', 'usr/local/bin', 'usr/local/lib/node_modules'])
    mkdirSync(join(root, folder), { recursive: true });
  symlinkSync('usr/bin', join(root, 'bin'));
  copy(process.execPath, join(root, 'usr/local/bin/node'));
  for (const program of PROGRAMS) copy(findOnPath(program) ?? program, join(root, 'usr/bin', program));
  cpSync(npmFolder(), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  const programs = [...readdirSync(join(root, 'usr/bin')).map((name) => join(root, 'usr/bin', name)), process.execPath];
  for (const library of new Set(programs.flatMap(librariesOf))) copy(library, join(root, library));
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
}

function npmFolder(): string {
  return dirname(dirname(realpathSync(findOnPath('npm') ?? 'npm')));
}

function librariesOf(program: string): string[] {
  return execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+(?=\s\(0x)/g) ?? [];
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(from), to);
}
