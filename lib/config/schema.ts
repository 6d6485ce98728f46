import * as z from 'zod';
import { AuthConfigurationError, type ConfigurationProblem, isA, mistakesIn } from '../errors.js';
import { suggest } from './nearest-name.js';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/**
 * A schema for an object with exactly these fields: an unknown one is reported with the nearest known name.
 *
 * @param shape - makes the schemas of the fields. It is called when a value is checked: to make those that nobody configures takes a
 * quarter of the import of this package.
 */
export function fields<Shape extends z.ZodRawShape>(shape: () => Shape): z.ZodType<Fields<Shape>> {
  let all: Shape | undefined;
  const schemas = new Map<string, z.ZodType<Fields<Shape>>>();
  return chosen<Fields<Shape>>((value) => {
    all ??= shape();
    const needed = neededFor(value, all);
    const key = Object.keys(needed).join();
    const schema = schemas.get(key) ?? withOnly(needed, Object.keys(all));
    schemas.set(key, schema);
    return schema;
  });
}

type Fields<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** Without the fields that are left out: zod would check each of them, and write what is wrong with it, before it finds that it may be left out. */
function neededFor<Shape extends z.ZodRawShape>(value: unknown, all: Shape): Shape {
  const isThere = (name: string) => typeof value === 'object' && value !== null && name in value;
  const needed = Object.entries(all).filter(([name, schema]) => isThere(name) || !(schema instanceof z.ZodExactOptional));
  return Object.fromEntries(needed) as Shape;
}

function withOnly<Shape extends z.ZodRawShape>(shape: Shape, known: readonly string[]) {
  return z.strictObject(shape, {
    // One line for each unknown key: see oneByOne().
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `is not a known field. ${suggest(key, known)}`).join('\n') : undefined,
  });
}

/** A field that may be left out. One that is there with the value `undefined` is a mistake: most often an environment variable is missing. */
export const optional = z.exactOptional;

/** A string that is not empty. */
export const text = z.string().min(1, { error: 'must not be empty' });

/** A list that is not empty. */
export const listOf = <T extends z.ZodType>(member: T) => z.array(member).min(1, { error: 'must not be an empty list' });

/** One non-empty string, or a non-empty list of them. */
export const textOrTexts = z.union([text, listOf(text)], {
  error: ({ input }) => describeMismatch('a string or a list of strings', input),
});

/** The schema that `choose` finds for a value: its messages are about that one, where a union's could only be about all of them. */
export function chosen<Output>(choose: (value: unknown) => z.ZodType<Output>): z.ZodType<Output>;
/** The same, and what `compile` makes of the value: a `transform()` would be called although a field is unknown. */
export function chosen<Output, Result>(
  choose: (value: unknown) => z.ZodType<Output>,
  compile: (output: Output) => Result,
): z.ZodType<Result>;
export function chosen<Output>(choose: (value: unknown) => z.ZodType<Output>, compile: (output: Output) => unknown = (output) => output) {
  return z.transform((value: unknown, context): unknown => {
    const result = choose(value).safeParse(value, READING_ONCE);
    if (result.success) return compile(result.data);
    for (const issue of result.error.issues.flatMap(oneByOne)) context.addIssue({ ...issue });
    return z.NEVER;
  });
}

/** Each unknown key as an issue of its own, as other mistakes are: zod would go on with an object that has unknown keys and no other mistake. */
function oneByOne(issue: Issue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  const messages = issue.message.split('\n');
  return issue.keys.map((key, index) => ({ code: 'custom', path: [...issue.path, key], message: messages[index] ?? issue.message }));
}

/** For `superRefine()`: reports the mistakes that `check` throws as an {@link AuthConfigurationError}. */
export function checkedBy<T>(check: (value: T) => unknown) {
  return (value: T, context: z.RefinementCtx): void => {
    try {
      check(value);
    } catch (error) {
      if (!isA(error, AuthConfigurationError)) throw error;
      context.addIssue({ code: 'custom', message: mistakesIn(error) });
    }
  };
}

/** A number of seconds: finite, not negative. */
export const seconds = z.number().min(0, { error: 'must be a number of seconds, 0 or more' });

/**
 * Checks `value` against `schema`.
 *
 * @throws AuthConfigurationError naming every field that is wrong, by its path below `path`.
 */
export function parseConfig<Output>(schema: z.ZodType<Output>, value: unknown, path = ''): Output {
  const result = schema.safeParse(value, READING_ONCE);
  if (result.success) return result.data;
  const issues = result.error.issues.filter(isOfItsOwn);
  const error = new AuthConfigurationError(issues.map((issue) => toProblem(issue, value)));
  throw path === '' ? error : error.within(path);
}

/** Not so: the length of a value of the wrong type. zod checks it where the value has one, as an empty list in place of a text has. */
function isOfItsOwn({ code, path }: Issue, _: number, all: readonly Issue[]): boolean {
  return code !== 'too_small' || !all.some((other) => other.code === 'invalid_type' && toPath(other.path) === toPath(path));
}

function toProblem(issue: Issue, root: unknown): ConfigurationProblem {
  return { path: toPath(issue.path), message: withHint(messageOf(issue), issue.path, root) };
}

/** What is wrong with the key of a record stands in issues of its own. */
function messageOf(issue: Issue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}

const LEAVE_OUT = ' An environment variable may be missing. Leave the field out if it is not wanted.';

/**
 * A schema with a message of its own does not know that the value is missing. A message that ends as a sentence says more already. A field
 * that was left out is required: to leave it out would be no cure.
 */
function withHint(message: string, path: readonly PropertyKey[], root: unknown): string {
  if (isLeftOut(root, path)) return message.replace(LEAVE_OUT, '');
  const isRule = /^must .*[^.?]$/.test(message);
  return isRule && valueAt(root, path) === undefined ? `has no value: it ${message}.${LEAVE_OUT}` : message;
}

function isLeftOut(root: unknown, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  return last !== undefined && !Object.hasOwn(Object(valueAt(root, path.slice(0, -1))), last);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
}

/** What zod calls otherwise than a reader would. */
const NOUNS: Readonly<Record<string, string>> = { array: 'list', record: 'object', int: 'whole number' };

function explain(issue: RawIssue): string | undefined {
  if (issue.code === 'invalid_type') return describeMismatch(withArticle(NOUNS[issue.expected] ?? issue.expected), issue.input);
  if (issue.code === 'invalid_value') return `must be ${oneOf(issue.values)}`;
  return undefined;
}

/** A config is read once: to compile a parser for it, as zod does by default, takes longer than to read it. */
const READING_ONCE = { error: explain, jitless: true };

/** What to say of a value that is not what was expected; of a missing one, that an environment variable may be missing. */
export function describeMismatch(expected: string, input: unknown): string {
  if (input === undefined) return `has no value: it must be ${expected}.${LEAVE_OUT}`;
  return `must be ${expected}, not ${describeKind(input)}`;
}

/** `"a", "b" or "c"` */
function oneOf(values: readonly unknown[]): string {
  const written = values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value)));
  const last = written.pop() ?? 'nothing';
  return written.length === 0 ? last : `${written.join(', ')} or ${last}`;
}

function describeKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return withArticle(typeof value);
}

function withArticle(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((joined, key) => {
    if (typeof key === 'number') return `${joined}[${key}]`;
    return joined === '' ? String(key) : `${joined}.${String(key)}`;
  }, '');
}
