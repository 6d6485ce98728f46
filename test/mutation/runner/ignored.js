import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** @import { NodePath } from '@babel/core' */

const NAME_OF_WORDS = /^(?:reasons|error|inWords|inTable|\w+In(?:Words|Table))$/;

/** The kinds of code in which no change can let anything through. */
export const ignored = declareValuePlugin(PluginKind.Ignore, 'harmless', {
  /** @param {NodePath} path */
  shouldIgnore: (path) => {
    if (isOfWords(path)) return 'It makes words for people.';
    if (isSkipped(path)) return 'What such a change adds to the list is skipped.';
    return endsWithNothing(path) || givesNothing(path) ? 'A function without a value returns undefined, too.' : undefined;
  },
});

/** A function, or a member of an object, with a name that says that it is text. @param {NodePath} path */
function isOfWords({ node }) {
  const name = node.type === 'FunctionDeclaration' ? node.id?.name : node.type === 'ObjectProperty' ? node.key.name : undefined;
  return name !== undefined && NAME_OF_WORDS.test(name);
}

/** The list of `const [, second] = … ?? []`: a change adds the first element. @param {NodePath} path */
function isSkipped({ node, parent, parentPath }) {
  if (node.type !== 'ArrayExpression' || node.elements.length > 0 || parent.type !== 'LogicalExpression') return false;
  const { id } = parentPath.parent;
  return parentPath.parent.init === parent && id.type === 'ArrayPattern' && id.elements[0] === null;
}

/** `catch { return undefined; }` at the end of a function. @param {NodePath} path */
function endsWithNothing({ node, parentPath }) {
  if (node.type !== 'CatchClause' || node.body.body.length !== 1) return false;
  const [only] = node.body.body;
  const isNothing = only.type === 'ReturnStatement' && (only.argument === null || only.argument.name === 'undefined');
  const block = parentPath.parentPath;
  return isNothing && block.parentPath.isFunction() && block.node.body.at(-1) === parentPath.node;
}

/** `() => undefined`, also where it says of which type that is. @param {NodePath} path */
function givesNothing({ node }) {
  if (node.type !== 'ArrowFunctionExpression') return false;
  const value = node.body.type === 'TSAsExpression' ? node.body.expression : node.body;
  return value.type === 'Identifier' && value.name === 'undefined';
}
