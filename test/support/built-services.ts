import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { closureOf, SAMPLE } from './deployment/services.js';

/** Services as programs that Node runs: the files that the build would make for them, and those of the library. */
export interface BuiltServices {
  /** The entry file of a service. */
  main(service: string): URL;
  remove(): Promise<void>;
}

/** Compiles services of the order management sample into a folder of their own, file by file: what another test builds meanwhile has no say. */
export async function buildServices(services: readonly string[]): Promise<BuiltServices> {
  const folder = await mkdtemp(join(tmpdir(), 'services-'));
  const { name, type, exports } = JSON.parse(await readFile('package.json', 'utf8'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, type, exports }));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const sources = new Set([...services.map(mainOf), 'lib/index.ts'].flatMap((main) => closureOf(main).files));
  await Promise.all([...sources].map((source) => compile(source, join(folder, compiled(source)))));
  await Promise.all(services.map((service) => copyData(join(SAMPLE, service), join(folder, compiled(join(SAMPLE, service))))));
  return {
    main: (service) => pathToFileURL(join(folder, compiled(mainOf(service)))),
    remove: () => rm(folder, { recursive: true }),
  };
}

function mainOf(service: string): string {
  return join(SAMPLE, service, 'main.ts');
}

/** Where the build puts what it makes of a file. */
function compiled(source: string): string {
  return source
    .replace(/^lib\//, 'dist/')
    .replace(/^sample\//, 'sample/dist/')
    .replace(/\.ts$/, '.js');
}

async function compile(source: string, target: string): Promise<void> {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, sourceMap: false }, '.');
  const { outputText } = ts.transpileModule(await readFile(source, 'utf8'), {
    fileName: source,
    compilerOptions: { ...options, module: ts.ModuleKind.ESNext },
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, outputText);
}

/** The files that a service reads from beside its own code. */
async function copyData(from: string, to: string): Promise<void> {
  const files = (await readdir(from)).filter((file) => file.endsWith('.json'));
  await Promise.all(files.map((file) => copyFile(join(from, file), join(to, file))));
}
