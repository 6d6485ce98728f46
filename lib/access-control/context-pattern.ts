import isSafeRegex from 'safe-regex2';
import { AuthConfigurationError } from '../errors.js';

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

/** Signs of a regular expression in what is read as a glob. */
const REGEX_SIGNS = /\(|\)|\[|\]|\\|\.\*|\.\+|\^|\$/;

/**
 * Compiles a context: a glob (`*` is any part of one segment, `**` any path, and `/*` at the end the path before it and everything
 * below it), or a regular expression that must match the whole path.
 *
 * @throws AuthConfigurationError for a pattern that is not valid, or could take exponential time.
 */
export function compileContext(source: string, syntax: ContextSyntax): ContextPattern {
  const expression = syntax === 'glob' ? compileGlob(source) : compileRegex(source);
  return {
    source,
    matches: (path) => expression.test(path),
    covers: (other) => covers(source, other.source, syntax),
  };
}

function compileGlob(source: string): RegExp {
  if (!source.startsWith('/') && !source.startsWith('*')) throw new AuthConfigurationError(`"${source}" must begin with "/".`);
  if (REGEX_SIGNS.test(source))
    throw new AuthConfigurationError(
      `"${source}" looks like a regular expression. Write a glob such as "/api/*", or set contextSyntax: 'regex'.`,
    );
  const below = source.endsWith('/*') || source.endsWith('/**');
  const base = below ? source.replace(/\/\*+$/, '') : source;
  const body = base.split(/(\*+)/).map((part) => (part.startsWith('**') ? '.*' : part === '*' ? '[^/]*' : escapeRegex(part)));
  return new RegExp(`^${body.join('')}${below ? '(?:/.*)?' : ''}$`, 's');
}

function compileRegex(source: string): RegExp {
  try {
    const expression = new RegExp(`^(?:${source})$`, 's');
    if (isSafeRegex(expression)) return expression;
  } catch (cause) {
    throw new AuthConfigurationError(`"${source}" is not a valid regular expression: ${(cause as Error).message}`, { cause });
  }
  throw new AuthConfigurationError(
    `"${source}" nests repetitions, which can take exponential time. Write it without a repetition inside a repetition.`,
  );
}

function covers(outer: string, inner: string, syntax: ContextSyntax): boolean {
  if (outer === inner) return true;
  if (syntax === 'regex') return outer === '(.*)' || outer === '.*';
  if (outer === '/*' || outer === '/**' || outer === '**') return true;
  const base = outer.replace(/\/\*+$/, '');
  return base !== outer && !base.includes('*') && (inner === base || inner.startsWith(`${base}/`));
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
