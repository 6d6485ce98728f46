import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';

/** The files of an application, by their paths in it. */
export type Sources = Readonly<Record<string, string>>;

/** What the files of an application export, by their names. */
export type Exports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const BLOCK = /^```ts\n\/\/ (?:After: )?(\S+\.ts)\n([\s\S]*?)^```$/gm;

/** The code blocks of a page that show a whole file: those that begin with its name, which `After: ` may precede. */
export function filesOf(page: string): Sources {
  return Object.fromEntries([...readFileSync(page, 'utf8').matchAll(BLOCK)].map(([, name = '', code = '']) => [name, code]));
}

/**
 * Runs the files of an application.
 *
 * @param packages - the packages that they import, loaded already.
 */
export function run(sources: Sources, packages: Readonly<Record<string, unknown>>): Exports {
  const loaded: Record<string, Record<string, unknown>> = {};
  const load = (name: string): Record<string, unknown> => {
    const known = loaded[name];
    if (known !== undefined) return known;
    const source = sources[name];
    if (source === undefined) throw new Error(`There is no file ${name}.`);
    const exports: Record<string, unknown> = {};
    loaded[name] = exports;
    const require = (specifier: string) => find(specifier, dirname(name));
    new Function('exports', 'require', ts.transpileModule(source, { compilerOptions: SCRIPT }).outputText)(exports, require);
    return exports;
  };
  const find = (specifier: string, folder: string): unknown => {
    if (specifier.startsWith('.')) return load(posix.join(folder, specifier).replace(/\.js$/, '.ts'));
    const found = packages[specifier];
    if (found === undefined) throw new Error(`The package ${specifier} is not given to the guide's code.`);
    return found;
  };
  for (const name of Object.keys(sources)) load(name);
  return loaded;
}

const SCRIPT: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/** What the compiler finds wrong in the files of applications, each as if it stood in a folder of its own below `test/`. */
export function mistakesIn(applications: Readonly<Record<string, Sources>>): string[] {
  const options = compilerOptions();
  const inFolders = Object.entries(applications).flatMap(([folder, sources]) =>
    Object.entries(sources).map(([name, code]): [string, string] => [join(process.cwd(), 'test', folder, name), code]),
  );
  const files = new Map(inFolders);
  const host = ts.createCompilerHost(options);
  const { directoryExists, fileExists, readFile, getSourceFile } = host;
  const folders = new Set([...files.keys()].map((file) => dirname(file)));
  host.directoryExists = (folder) => folders.has(folder) || directoryExists?.(folder) === true;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const code = files.get(file);
    return code === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, code, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const found = [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return found.map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

function compilerOptions(): ts.CompilerOptions {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    'test/tsconfig.json',
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  );
  if (parsed === undefined) throw new Error('test/tsconfig.json cannot be read.');
  return { ...parsed.options, noEmit: true };
}
