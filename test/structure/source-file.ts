import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** One `import`, `export … from` or `import()` of a source file. */
export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
  /** The names that are taken; empty for a whole module. */
  readonly names: readonly string[];
  readonly typeOnly: boolean;
}

/** A TypeScript file, read far enough to know what it imports. */
export interface SourceFile {
  /** Relative to the root that was read, with forward slashes. */
  readonly path: string;
  readonly lineCount: number;
  readonly imports: readonly ImportSite[];
  /** The lines that read `process.env`. */
  readonly environmentReads: readonly number[];
  /** The lines that wait outside of every function. */
  readonly topLevelAwaits: readonly number[];
  /** The lines with `import.meta`. */
  readonly importMetas: readonly number[];
}

/** Reads every TypeScript file below a folder. */
export function readSources(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Reads one file's text. */
export function parseSource(path: string, text: string): SourceFile {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const nodes = [...descendants(source)];
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  return {
    path,
    lineCount: text.trimEnd().split('\n').length,
    imports: nodes.flatMap((node) => importSite(node, lineOf(node)) ?? []),
    environmentReads: nodes.filter((node) => isEnvironmentRead(node)).map(lineOf),
    topLevelAwaits: nodes.filter((node) => isAwait(node) && !insideFunction(node)).map(lineOf),
    importMetas: nodes.filter((node) => ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword).map(lineOf),
  };
}

/** The file that a relative import means, or undefined for a package. */
export function resolveOwn(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

function* descendants(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* descendants(child);
}

function importSite(node: ts.Node, line: number): ImportSite | undefined {
  if (ts.isImportDeclaration(node)) return site(node.moduleSpecifier, line, importedNames(node.importClause));
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) return site(node.moduleSpecifier, line, exportedNames(node));
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return site(node.argument.literal, line, { names: [], typeOnly: true });
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return site(node.arguments[0], line, { names: [], typeOnly: false });
  return undefined;
}

function site(
  specifier: ts.Node | undefined,
  line: number,
  taken: { names: readonly string[]; typeOnly: boolean },
): ImportSite | undefined {
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return undefined;
  return { ...taken, specifier: specifier.text, line };
}

function importedNames(clause: ts.ImportClause | undefined) {
  const bindings = clause?.namedBindings;
  if (clause === undefined || bindings === undefined || !ts.isNamedImports(bindings))
    return { names: [], typeOnly: clause?.isTypeOnly ?? false };
  const { elements } = bindings;
  return { names: elements.map(originalName), typeOnly: clause.isTypeOnly || allTypes(elements, clause.name) };
}

function exportedNames({ exportClause, isTypeOnly }: ts.ExportDeclaration) {
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return { names: [], typeOnly: isTypeOnly };
  return { names: exportClause.elements.map(originalName), typeOnly: isTypeOnly || allTypes(exportClause.elements) };
}

function originalName({ propertyName, name }: ts.ImportSpecifier | ts.ExportSpecifier): string {
  return (propertyName ?? name).text;
}

function allTypes(elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[], defaultName?: ts.Identifier): boolean {
  return defaultName === undefined && elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly);
}

function isEnvironmentRead(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.expression.getText() === 'process' && node.name.text === 'env';
  return ts.isImportDeclaration(node) && /process/.test(node.moduleSpecifier.getText()) && /\benv\b/.test(node.getText());
}

function isAwait(node: ts.Node): boolean {
  return ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
}

function insideFunction(node: ts.Node): boolean {
  return ts.findAncestor(node, (each) => ts.isFunctionLike(each)) !== undefined;
}
