import { resultOf } from '../errors.js';

/**
 * One part of a route's pattern, in the syntax of path-to-regexp 8 (Express) or find-my-way (Fastify). In order: an escaped sign,
 * an escaped colon, a parameter and Fastify's regular expression for it, a wildcard, the ends of an optional group, text.
 */
const PART =
  /\\(?<escaped>.)|(?<colon>::)|(?<param>:(?:[\p{ID_Continue}$]+|"(?:[^"\\]|\\.)*")(?:\((?:[^()\\]|\\.|\([^()]*\))*\))?)|(?<wildcard>\*(?:[\p{ID_Continue}$]+|"(?:[^"\\]|\\.)*")?)|(?<open>\{)|(?<close>\})|(?<text>[^\\:*{}]+|:)/gsu;

/** Fastify's optional parameter, which can only be the last: in Express it would be a group. */
const OPTIONAL_PARAMETER = /\/(:[^/{}]+)\?$/;

type Part = Readonly<Record<string, string | undefined>>;

/** A pattern as an expression, and for each of its captures the text of the pattern; undefined for a parameter, whose text is in the path. */
interface CompiledPattern {
  readonly expression: RegExp;
  readonly written: readonly (string | undefined)[];
  /** Whether a router may divide the path among the parts in another way, so that another part of it is the text. */
  readonly isUncertain: (path: string, captures: readonly string[]) => boolean;
}

const compiled = new Map<string, CompiledPattern>();

/**
 * The path as the route's author wrote it: what is written out in `pattern` is spelled as there, parameters as in `path`, and there is
 * no slash at the end, not even one that a wildcard captures. So rules are checked against the route that runs, however lenient the router
 * is about case and slashes, and one resource has one spelling.
 *
 * @param pattern - the pattern of the route that runs; undefined if the framework does not give it.
 * @returns undefined if the pattern cannot have led to the path: the two are not about the same request. Also if the pattern can be read into the
 *   path in two ways (`:a-x-:b` and `1-x-2-X-3`), and the text of the pattern is spelled in another case there: routers differ in which one
 *   they choose.
 */
export function canonicalPath(path: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined) return withoutSlash(path);
  const { expression, written, isUncertain } = patternOf(pattern);
  const captures = expression.exec(path)?.slice(1);
  if (captures !== undefined && isUncertain(path, captures)) return undefined;
  // Nothing is captured by a group that was left out, letters included.
  const parts = captures?.map((capture, index) => capture && (written[index] ?? capture));
  return parts === undefined ? undefined : withoutSlash(parts.join(''));
}

/** Compiled once: there are as many as there are routes. */
function patternOf(source: string): CompiledPattern {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const pattern = compile(spelledOut(source));
  compiled.set(source, pattern);
  return pattern;
}

/** One part of a route's pattern, as a path is written: what stands for `{` and `}` begins and ends a group that may be left out. */
export type RoutePart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'parameter' | 'wildcard';
      /** Empty for a wildcard without one. */
      readonly name: string;
    }
  | { readonly kind: 'open' | 'close' };

/** The parts of a route's pattern, in their order. */
export function routeParts(pattern: string): RoutePart[] {
  return partsOf(spelledOut(pattern)).map((part) => {
    const text = textOf(part);
    if (text !== undefined) return { kind: 'text', text };
    if (part.open !== undefined) return { kind: 'open' };
    if (part.close !== undefined) return { kind: 'close' };
    return { kind: part.wildcard === undefined ? 'parameter' : 'wildcard', name: nameOf(part) };
  });
}

/** A path that leads to a pattern: with a value in the place of each parameter that no rule is likely to name. */
export function usualPath(pattern: string): string {
  const parts = routeParts(pattern).map((part) => {
    if (part.kind === 'text') return part.text;
    return part.kind === 'parameter' || part.kind === 'wildcard' ? 'x' : '';
  });
  return withoutSlash(parts.join(''));
}

/** The name in `:id`, `:id(\d+)`, `:"an id"`, `*path`. */
function nameOf({ param, wildcard }: Part): string {
  const [, quoted, plain = ''] = /.(?:"((?:[^"\\]|\\.)*)"|([\p{ID_Continue}$]*))/su.exec(param ?? wildcard ?? '') ?? [];
  return quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain;
}

function spelledOut(pattern: string): string {
  return pattern.replace(OPTIONAL_PARAMETER, '{/$1}');
}

/** The path without a slash at its end, which makes no difference to any route. */
function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path || '/';
}

function partsOf(source: string): Part[] {
  return [...source.matchAll(PART)].map(({ groups = {} }) => groups);
}

function compile(source: string): CompiledPattern {
  const parts = partsOf(source);
  const captured = parts.filter(({ open, close }) => open === undefined && close === undefined);
  return {
    expression: expressionFor(parts, ''),
    written: captured.map(textOf),
    isUncertain: uncertainty(expressionFor(parts, '?'), movableTexts(parts)),
  };
}

/** @param shortest - `?` for an expression that captures as little as it can, in place of as much as it can */
function expressionFor(parts: readonly Part[], shortest: '' | '?'): RegExp {
  return new RegExp(`^${parts.map((part) => expressionOf(part, shortest)).join('')}/?$`, 'is');
}

function expressionOf(part: Part, shortest: '' | '?'): string {
  const { open, close, wildcard } = part;
  if (open !== undefined) return '(?:';
  if (close !== undefined) return `)?${shortest}`;
  const text = textOf(part);
  if (text !== undefined) return `(${escapeRegex(text)})`;
  return wildcard === undefined ? `([^/]+${shortest})` : `(.*${shortest})`;
}

/** The texts whose place in the path depends on what is captured before them. */
function movableTexts(parts: readonly Part[]): string[] {
  const texts = parts.map(textOf);
  return texts.filter((text, index): text is string => text !== undefined && isMovable(text, parts.slice(0, index)));
}

/** Whether a text stands behind a wildcard, in or behind a group, or behind a parameter in the same segment. */
function isMovable(text: string, before: readonly Part[]): boolean {
  if (before.some(({ wildcard, open }) => wildcard !== undefined || open !== undefined)) return true;
  const segment = before.slice(before.findLastIndex((part) => textOf(part)?.includes('/')) + 1);
  return !text.startsWith('/') && segment.some(({ param }) => param !== undefined);
}

/**
 * Two expressions that capture as much and as little as they can divide a path alike where there is one way only. In another case, every
 * place where a text may stand must be spelled as in the pattern: then each way gives the same path.
 */
function uncertainty(shortest: RegExp, texts: readonly string[]): (path: string, captures: readonly string[]) => boolean {
  const places = texts.map((text) => [text, new RegExp(`(?=(${escapeRegex(text)}))`, 'gi')] as const);
  return (path, captures) => {
    const isSpelledOtherwise = places.some(([text, expression]) => [...path.matchAll(expression)].some(([, found]) => found !== text));
    if (!isSpelledOtherwise) return false;
    const [, ...others] = shortest.exec(path) ?? [];
    return captures.some((capture, index) => capture !== others[index]);
  };
}

function textOf({ escaped, colon, text }: Part): string | undefined {
  const written = escaped ?? text ?? (colon && ':');
  return written && (resultOf(() => decodeURIComponent(written)) ?? written);
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
