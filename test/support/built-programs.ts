import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closureOf } from './deployment/services.js';
import { transpiled } from './transpiled.js';

/** Programs that Node runs: the files that the build would make of them, and those of the library. */
export interface BuiltPrograms {
  /** The folder that they are in: a program in it imports the library by its name. */
  readonly folder: string;
  /** What was made of a program's entry file. */
  main(source: string): URL;
  remove(): Promise<void>;
}

/** Compiles programs of the samples, given by their entry files, into a folder of their own: another test may build at the same time. */
export async function buildPrograms(mains: readonly string[]): Promise<BuiltPrograms> {
  const folder = await mkdtemp(join(tmpdir(), 'programs-'));
  const { name, type, exports } = JSON.parse(await readFile('package.json', 'utf8'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, type, exports }));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const sources = closureOf(...mains, ...entriesOf(exports)).files;
  await Promise.all(sources.map((source) => compile(source, join(folder, compiled(source)))));
  await Promise.all(mains.map((main) => copyData(dirname(main), join(folder, compiled(dirname(main))))));
  return {
    folder,
    main: (source) => pathToFileURL(join(folder, compiled(source))),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** The sources of the library's entry points. */
function entriesOf(exports: Readonly<Record<string, { readonly default?: string }>>): string[] {
  const built = Object.values(exports).flatMap((entry) => entry.default ?? []);
  return built.map((path) => path.replace('./dist/', 'lib/').replace(/\.js$/, '.ts'));
}

/** Where the build puts what it makes of a file. */
function compiled(source: string): string {
  return source
    .replace(/^lib\//, 'dist/')
    .replace(/^sample\//, 'sample/dist/')
    .replace(/\.ts$/, '.js');
}

async function compile(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, transpiled(source));
}

/** The files that a program reads from beside its own code. */
async function copyData(from: string, to: string): Promise<void> {
  const files = (await readdir(from)).filter((file) => file.endsWith('.json'));
  await Promise.all(files.map((file) => copyFile(join(from, file), join(to, file))));
}
