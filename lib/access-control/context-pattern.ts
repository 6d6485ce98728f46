import { AuthConfigurationError } from '../errors.js';
import { samplesOf, wordsOf } from './context-samples.js';
import { compileRegexTest } from './regex-context.js';

/** How the context of a rule is written. */
export type ContextSyntax = 'glob' | 'regex';

/** A rule's context, compiled once. */
export interface ContextPattern {
  /** As it was written. */
  readonly source: string;
  /** Whether the whole of `path` matches. */
  matches(path: string): boolean;
  /** Whether every path that `other` matches is certainly matched by this too. */
  covers(other: ContextPattern): boolean;
}

/** Signs of a regular expression, or of a route's pattern, in what is read as a glob. */
const FOREIGN_SIGNS = /[()[\]\\^$?{}]|\.\*|\.\+|\/:/;

/**
 * Compiles a context: a glob (`*` is any part of one segment, `**` any path, and `/*` at the end the path before it and everything
 * below it), or a regular expression that must match the whole path.
 *
 * @throws AuthConfigurationError for a pattern that is not valid, or could take very long for some path.
 */
export function compileContext(source: string, syntax: ContextSyntax): ContextPattern {
  return syntax === 'glob' ? compileGlob(source) : compileRegex(source);
}

function compileGlob(source: string): ContextPattern {
  if (FOREIGN_SIGNS.test(source))
    throw new AuthConfigurationError(
      `"${source}" is not a glob. Write one such as "/api/*", or set contextSyntax: 'regex' for regular expressions.`,
    );
  if (!source.startsWith('/') && !source.startsWith('*')) throw new AuthConfigurationError(`"${source}" must begin with "/".`);
  const below = /\/\*\*?$/.test(source);
  const base = expressionOf(source.replace(/\/\**$/, ''));
  // A slash at the end of a path says nothing: what is routed alike is ruled alike.
  const tests = [`${base}/?`, ...(below ? [`${base}/(.*)`] : [])].map(compileRegexTest);
  return { source, matches: (path) => tests.some((test) => test(path)), covers: (other) => coversGlob(source, other.source) };
}

function expressionOf(glob: string): string {
  const parts = glob.split(/(\*+)/);
  return parts.map((part) => (part.startsWith('**') ? '(.*)' : part === '*' ? '[^/]*' : escapeRegex(part))).join('');
}

function compileRegex(source: string): ContextPattern {
  const matches = compileRegexTest(source);
  return { source, matches, covers: (other) => source === other.source || coversSamples(matches, source, other.source) };
}

/** Judged by examples: an expression may ask for anything. */
function coversSamples(matches: (path: string) => boolean, outer: string, inner: string): boolean {
  const samples = samplesOf(inner, wordsOf(outer));
  return samples.length > 0 && samples.every(matches);
}

function coversGlob(outer: string, inner: string): boolean {
  if (outer === inner || outer === '/*' || outer === '/**' || outer === '**') return true;
  const base = outer.replace(/\/\*+$/, '');
  return base !== outer && !base.includes('*') && (inner === base || inner.startsWith(`${base}/`));
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
