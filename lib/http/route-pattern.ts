/**
 * One part of a route's pattern, in the syntax of path-to-regexp 8 (Express) or find-my-way (Fastify). In order: an escaped sign,
 * an escaped colon, a parameter and Fastify's regular expression for it, a wildcard, the ends of an optional group, text.
 */
const PART =
  /\\(?<escaped>.)|(?<colon>::)|(?<param>:(?:[\p{ID_Continue}$]+|"(?:[^"\\]|\\.)*")(?:\((?:[^()\\]|\\.|\([^()]*\))*\))?)|(?<wildcard>\*(?:[\p{ID_Continue}$]+|"(?:[^"\\]|\\.)*")?)|(?<open>\{)|(?<close>\})|(?<text>[^\\:*{}]+|:)/gsu;

/** Fastify's optional parameter, which can only be the last: in Express it would be a group. */
const OPTIONAL_PARAMETER = /\/(:[^/{}]+)\?$/;

type Part = Readonly<Record<string, string | undefined>>;

/** A pattern as an expression, and for each of its captures what the pattern says there; undefined where the path decides. */
interface CompiledPattern {
  readonly expression: RegExp;
  readonly written: readonly (string | undefined)[];
}

const compiled = new Map<string, CompiledPattern>();

/**
 * The path as the route's author wrote it: what is written out in `pattern` is spelled as there, parameters as in `path`, and there is
 * no trailing slash that the pattern lacks. So a rule is asked about the route that runs, however lenient the router is about case
 * and slashes.
 *
 * @param pattern - the pattern of the route that runs; undefined if the framework does not say.
 * @returns undefined if the pattern cannot have led to the path: the two are not about the same request.
 */
export function canonicalPath(path: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined) return path;
  const { expression, written } = patternOf(pattern);
  const captures = expression.exec(path)?.slice(1);
  // Nothing is captured by a group that was left out, letters included.
  const parts = captures?.map((capture, index) => capture && (written[index] ?? capture));
  return parts === undefined ? undefined : parts.join('') || '/';
}

/** Compiled once: there are as many as there are routes. */
function patternOf(source: string): CompiledPattern {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const pattern = compile(source.replace(OPTIONAL_PARAMETER, '{/$1}'));
  compiled.set(source, pattern);
  return pattern;
}

/**
 * Some paths that lead to a pattern: its parameters are filled with each of `values`, all of them and one at a time, and its optional
 * parts are there or not.
 */
export function examplePaths(pattern: string, values: readonly string[]): string[] {
  const source = pattern.replace(OPTIONAL_PARAMETER, '{/$1}');
  const spelled = [source.replaceAll(/[{}]/g, ''), ...(source.includes('{') ? [source.replaceAll(/\{[^{}]*\}/g, '')] : [])];
  return [...new Set(spelled.flatMap((each) => values.flatMap((value) => fill(partsOf(each), value))))];
}

function fill(parts: readonly Part[], value: string): string[] {
  const holes = parts.filter(isHole);
  const onlyAt = (hole: Part) => (part: Part) => (part === hole ? value : NEUTRAL);
  const fillings = [() => value, ...(holes.length > 1 ? holes.map(onlyAt) : [])];
  const paths = fillings.map((filling) => parts.map((part) => textOf(part) ?? segmentOf(part, filling(part))).join('') || '/');
  return holes.length === 0 ? paths.slice(0, 1) : paths;
}

/** A parameter is one segment, and never empty. */
function segmentOf({ wildcard }: Part, value: string): string {
  return wildcard === undefined && (value === '' || value.includes('/')) ? NEUTRAL : value;
}

const NEUTRAL = 'x';

function isHole(part: Part): boolean {
  return textOf(part) === undefined;
}

function partsOf(source: string): Part[] {
  return [...source.matchAll(PART)].map(({ groups = {} }) => groups);
}

function compile(source: string): CompiledPattern {
  const parts = partsOf(source);
  const captured = parts.filter(({ open, close }) => open === undefined && close === undefined);
  return { expression: new RegExp(`^${parts.map(expressionOf).join('')}/?$`, 'is'), written: captured.map(textOf) };
}

function expressionOf(part: Part): string {
  const { open, close, wildcard } = part;
  if (open !== undefined) return '(?:';
  if (close !== undefined) return ')?';
  const text = textOf(part);
  if (text !== undefined) return `(${escapeRegex(text)})`;
  return wildcard === undefined ? '([^/]+)' : '(.*)';
}

function textOf({ escaped, colon, text }: Part): string | undefined {
  const written = escaped ?? text ?? (colon && ':');
  try {
    return written && decodeURIComponent(written);
  } catch {
    return written;
  }
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
