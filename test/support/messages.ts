import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The TypeScript files below a folder, parsed. */
export function parseSources(root: string): ts.SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ESNext, true));
}

/** The texts of a source that stand where a message of a configuration error does. What a template fills in is written as `…`. */
export function mistakesWrittenIn(source: ts.SourceFile): string[] {
  const texts = nodesOf(source).flatMap((node) => messagesAt(node).flatMap((message) => textsIn(message, source)));
  return texts.filter((text) => /[a-z] \S*[a-z]/.test(text));
}

/** Every text of a source. What a template fills in is written as `…`. */
export function textsOf(source: ts.SourceFile): string[] {
  return nodesOf(source).flatMap((node) => (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) ? textsIn(node, source) : []));
}

/** The codes of a source that stand where the reason of a refusal does. */
export function reasonsWrittenIn(source: ts.SourceFile): string[] {
  return nodesOf(source)
    .flatMap((node) => reasonsAt(node))
    .flatMap((node) => (ts.isStringLiteralLike(node) ? [node.text] : []))
    .filter((text) => /^[a-z]+(_[a-z]+)*$/.test(text));
}

/** Every node of a source. */
function nodesOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [node];
  ts.forEachChild(node, (child) => {
    found.push(...nodesOf(child));
  });
  return found;
}

/** The methods of zod that take a message beside, or in place of, what they check. */
const CHECKS = new Set(['refine', 'min', 'max', 'regex', 'gt', 'gte', 'lte', 'positive', 'nonempty', 'int']);

function messagesAt(node: ts.Node): ts.Node[] {
  if (ts.isNewExpression(node) && node.expression.getText() === 'AuthConfigurationError') return [...(node.arguments ?? [])].slice(0, 1);
  if (ts.isCallExpression(node)) return messagesOfCall(node);
  if (ts.isPropertyAssignment(node) && (node.name.getText() === 'error' || isProblem(node))) return [node.initializer];
  return [];
}

/** Whether this is the `message` beside a `path`. */
function isProblem({ name, parent }: ts.PropertyAssignment): boolean {
  return name.getText() === 'message' && parent.properties.some((each) => each.name?.getText() === 'path');
}

function messagesOfCall({ expression, arguments: given }: ts.CallExpression): ts.Node[] {
  if (expression.getText() === 'fieldError') return given.slice(1, 2);
  return ts.isPropertyAccessExpression(expression) && CHECKS.has(expression.name.text) ? given.slice(1, 2) : [];
}

function textsIn(node: ts.Node, source: ts.SourceFile): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [[node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…')];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap((part) => textsIn(part, source));
  if (ts.isArrowFunction(node)) return textsIn(node.body, source);
  if (ts.isIdentifier(node)) return constantNamed(node.text, source).flatMap((value) => textsIn(value, source));
  if (ts.isCallExpression(node)) return returnsOf(node.expression.getText(), source).flatMap((value) => textsIn(value, source));
  return [];
}

/** What a function of the file returns. */
function returnsOf(name: string, source: ts.SourceFile): ts.Node[] {
  const functions = source.statements.filter(ts.isFunctionDeclaration).filter((each) => each.name?.text === name);
  return functions.flatMap(nodesOf).flatMap((node) => (ts.isReturnStatement(node) && node.expression ? [node.expression] : []));
}

function constantNamed(name: string, source: ts.SourceFile): ts.Node[] {
  const declared = source.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => [...declarationList.declarations]);
  return declared.flatMap((each) => (each.name.getText() === name && each.initializer !== undefined ? [each.initializer] : []));
}

/** The functions whose argument at this place is a reason. */
const TAKE_REASONS: Readonly<Record<string, number>> = { rejected: 0, ofEveryCaller: 1, StepFailure: 2 };

function reasonsAt(node: ts.Node): ts.Node[] {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return reasonsOfCall(node);
  if (ts.isPropertyAssignment(node)) return reasonsOfProperty(node);
  return ts.isVariableDeclaration(node) ? reasonsOfTable(node) : reasonsOfType(node);
}

function reasonsOfTable({ name, initializer }: ts.VariableDeclaration): ts.Node[] {
  return initializer !== undefined && TABLES.has(name.getText()) ? keysOf(initializer) : [];
}

function reasonsOfType(node: ts.Node): ts.Node[] {
  if (ts.isTypeAliasDeclaration(node)) return /Refusal$|Reason$/.test(node.name.text) ? literalsOf(node.type) : [];
  return ts.isPropertySignature(node) && node.type !== undefined && FIELDS.has(node.name.getText()) ? literalsOf(node.type) : [];
}

/** The tables of the explanations, whose keys are reasons; the fields that hold one. */
const TABLES = new Set(['WHY', 'UNUSABLE', 'ALONE']);
const FIELDS = new Set(['reason', 'refusal', 'forbidden']);

function reasonsOfCall({ expression, arguments: given = [] as never }: ts.CallExpression | ts.NewExpression): ts.Node[] {
  const place = TAKE_REASONS[expression.getText().replace(/^.*\./, '')];
  return place === undefined ? [] : [...given].slice(place, place + 1);
}

function reasonsOfProperty({ name, initializer }: ts.PropertyAssignment): ts.Node[] {
  if (name.getText() === 'reasons') return keysOf(initializer);
  return FIELDS.has(name.getText()) ? [initializer] : [];
}

function keysOf(node: ts.Node): ts.Node[] {
  if (!ts.isObjectLiteralExpression(node)) return [];
  return node.properties.flatMap(({ name }) =>
    name === undefined ? [] : [ts.factory.createStringLiteral(name.getText().replaceAll("'", ''))],
  );
}

function literalsOf(type: ts.TypeNode): ts.Node[] {
  return nodesOf(type).flatMap((node) => (ts.isLiteralTypeNode(node) ? [node.literal] : []));
}
