import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

/** Before the code of each module, the bundler writes the file that it comes from; code of other packages has no names that anybody sees. */
const MODULE = /^(?=\/\/ \S+\.js$)/m;

/**
 * Checks that the bundler has left the names of classes and of exports as they are, that the entry points share their classes, that no
 * declaration is missing, and that what each application loads is in few files, of ASCII.
 *
 * @param {string} root
 * @param {string} dist - the files of the tarball, with the declarations beside them.
 */
export async function checkPackedNames(root, dist = join(root, 'dist')) {
  const entries = entryPointsOf(root, dist);
  for (const [name, declared] of declaredIn(entries.map(({ types }) => types)))
    deepStrictEqual(exportsOf(await import(pathToFileURL(name).href)), declared, `what ${name} exports`);
  deepStrictEqual(new Set(packedClasses(dist)), new Set(classesIn(join(root, 'lib'), '.ts').map(({ name }) => name?.text)));
  await checkSharedClasses(entries);
  checkFewFiles(join(dist, 'index.js'), 3);
  checkFewFiles(join(dist, 'shared', nameOf(dist, 'jwt.strategy')), 4);
  checkAscii(dist);
  console.log('✓ The packed files: the names of classes and exports, shared classes, declarations, the number of files and their signs');
}

/** @param {string} root @param {string} dist */
function entryPointsOf(root, dist) {
  /** @type {{ exports: Readonly<Record<string, { default?: string, types?: string }>> }} */
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const place = (/** @type {string} */ path) => join(dist, path.replace('./dist/', ''));
  return Object.entries(exports).flatMap(([name, { default: file, types }]) =>
    file && types ? [{ name, file: place(file), types: place(types) }] : [],
  );
}

/**
 * By the file of each entry point: the values that its declarations promise, each with the name of its class if it is one.
 *
 * @param {readonly string[]} files
 */
function declaredIn(files) {
  const options = { module: ts.ModuleKind.NodeNext, strict: true, experimentalDecorators: true };
  const program = ts.createProgram([...files], { ...options, target: ts.ScriptTarget.ES2023, types: ['node'] });
  const checker = program.getTypeChecker();
  deepStrictEqual(mistakesIn(program, dirname(files[0] ?? '')), [], 'mistakes in the declarations');
  return files.map((file) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is not a module.`);
    const values = checker
      .getExportsOfModule(module)
      .map((each) => ({ name: each.name, symbol: each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each }))
      .filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Value)
      .map(({ name, symbol }) => /** @type {const} */ ([name, symbol.flags & ts.SymbolFlags.Class ? symbol.name : undefined]));
    return /** @type {const} */ ([file.replace(/\.d\.ts$/, '.js'), Object.fromEntries(values.sort(byName))]);
  });
}

/** @param {ts.Program} program @param {string} dist */
function mistakesIn(program, dist) {
  const declarations = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(`${dist}/`));
  return declarations
    .flatMap((file) => program.getSemanticDiagnostics(file))
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

/** @param {Readonly<Record<string, unknown>>} module */
function exportsOf(module) {
  const isClass = (/** @type {unknown} */ value) => typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
  const values = Object.entries(module).map(
    ([name, value]) => /** @type {const} */ ([name, isClass(value) ? Object(value).name : undefined]),
  );
  return Object.fromEntries(values.sort(byName));
}

/** @param {readonly [string, unknown]} a @param {readonly [string, unknown]} b */
function byName([a], [b]) {
  return a < b ? -1 : 1;
}

/** The names that the classes in the packed files give themselves. @param {string} dist */
function packedClasses(dist) {
  const isOwn = (/** @type {string} */ code) => !/^\/\/ \S*node_modules\//.test(code);
  return classesIn(dist, '.js', (text) => text.split(MODULE).filter(isOwn).join('')).map((each) => {
    const [first] = each.members;
    const named = first && ts.isClassStaticBlockDeclaration(first) ? /"name", \{ value: "(\w+)"/.exec(first.getText()) : undefined;
    if (!named) throw new Error(`A packed class does not define its name: ${each.getText().slice(0, 200)}`);
    return named[1];
  });
}

/** @param {string} folder @param {string} extension @param {(text: string) => string} ownCode */
function classesIn(folder, extension, ownCode = (text) => text) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
    .flatMap((file) =>
      classesOf(ts.createSourceFile(file, ownCode(readFileSync(join(folder, file), 'utf8')), ts.ScriptTarget.Latest, true)),
    );
}

/** @param {ts.Node} node @returns {ts.ClassLikeDeclaration[]} */
function classesOf(node) {
  /** @type {ts.ClassLikeDeclaration[]} */
  const found = ts.isClassLike(node) ? [node] : [];
  ts.forEachChild(node, (child) => void found.push(...classesOf(child)));
  return found;
}

/** @param {readonly { name: string, file: string }[]} entries */
async function checkSharedClasses(entries) {
  const load = (/** @type {string} */ name) => import(pathToFileURL(entries.find((each) => each.name === name)?.file ?? name).href);
  const { AuthConfigurationError, createPrincipal } = await load('.');
  const { testPrincipal } = await load('./testing');
  const { redisState } = await load('./redis');
  // All principals without roles have one list, which stands in the module that makes them.
  strictEqual(testPrincipal().roles, createPrincipal({ scheme: 'test', method: 'jwt' }).roles, './testing makes principals of its own');
  throws(() => redisState({}, {}), AuthConfigurationError);
}

/**
 * The main entry point loads itself, what it shares with the others, and what it shares with them and the command line; the strategy of JWT those
 * two, itself, and what it shares with other strategies.
 *
 * @param {string} entry @param {number} atMost
 */
function checkFewFiles(entry, atMost) {
  const files = new Set([entry]);
  // A set also visits what is added meanwhile.
  for (const file of files)
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/(?:^import|\bfrom) "(\.[^"]+)";$/gm))
      files.add(join(dirname(file), name));
  ok(files.size > 1 && files.size <= atMost, `${entry} loads ${files.size} files`);
}

/** @param {string} dist @param {string} module */
function nameOf(dist, module) {
  return readdirSync(join(dist, 'shared')).find((name) => name.startsWith(`${module}-`) && name.endsWith('.js')) ?? module;
}

/** Node.js reads a file of ASCII in half the time. @param {string} dist */
function checkAscii(dist) {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const others = files.filter((file) => /[^\0-\x7f]/.test(readFileSync(join(dist, file), 'utf8')));
  deepStrictEqual(others, [], 'files with signs outside ASCII');
}
