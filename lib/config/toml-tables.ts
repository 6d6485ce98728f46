import { parse, TomlError } from 'smol-toml';
import type * as z from 'zod';
import { AuthConfigurationError, type ConfigurationProblem, fieldError } from '../errors.js';
import { parseConfig } from './schema.js';

/** The arrays of tables that one reader takes from a TOML file; everything else in the file belongs to others. */
export interface TablePlaces {
  /** The file's name, for messages. */
  readonly file: string;
  /** The keys of each array: `['auth', 'users']`. */
  readonly places: readonly (readonly string[])[];
  /** What one table stands for: `user`. */
  readonly noun: string;
}

/** One table of a TOML file and where it stands. */
export interface TomlTable {
  readonly value: unknown;
  /** The mistake of a field, or of the whole table: with the file and the line, never with a value. */
  problem(field: string | undefined, message: string): ConfigurationProblem;
}

/**
 * Finds the tables at all `places` of a TOML text.
 *
 * @throws AuthConfigurationError for the field `path`, if the text is not TOML, or something else stands at a place.
 */
export function findTables(text: string, { file, places, noun }: TablePlaces): TomlTable[] {
  const document = parseToml(text, (line, column, message) => fieldError('path', `${file}:${line}:${column}: ${message}`));
  return places.flatMap((place) => {
    const found = place.reduce<unknown>((table, key) => (isTable(table) ? table[key] : undefined), document);
    if (found === undefined) return [];
    const name = place.join('.');
    if (!Array.isArray(found)) throw fieldError('path', `${file}: ${name} must be a list of tables: begin each ${noun} with [[${name}]]`);
    const lineOf = findEntries(text, place, found.length);
    return found.map((value: unknown, index) => ({
      value,
      problem: (field, message) =>
        toProblem({ file, line: lineOf(index, field?.replace(/\[.*$/, '')), label: `${name}[${index}]` }, field, message),
    }));
  });
}

/** Checks the value of a table. Each mistake is added to `problems`, with the field that it is in. */
export function checkTable<T>({ value, problem }: TomlTable, schema: z.ZodType<T>, problems: ConfigurationProblem[]): T | undefined {
  try {
    // A copy: the parser's tables have no prototype, and a schema takes only plain objects.
    return parseConfig(schema, isTable(value) ? { ...value } : value);
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    problems.push(...error.problems.map(({ path, message }) => problem(path === '' ? undefined : path, message)));
    return undefined;
  }
}

interface Place {
  readonly file: string;
  readonly line: number | undefined;
  readonly label: string;
}

function toProblem({ file, line, label }: Place, field: string | undefined, message: string): ConfigurationProblem {
  const place = line === undefined ? file : `${file}:${line}`;
  return { path: 'path', message: `${place}: ${field === undefined ? label : `${label}.${field}`} ${message}` };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses a TOML text.
 *
 * @param mistakeAt - makes the error to throw for a syntax error. The message never quotes the text, which may hold a password.
 */
export function parseToml(source: string, mistakeAt: (line: number, column: number, message: string) => Error): unknown {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The first line only: the others show the text around the mistake.
    const [reason = ''] = error.message.split('\n', 1);
    throw mistakeAt(error.line, error.column, `is not TOML: ${reason.replace('Invalid TOML document: ', '')}`);
  }
}

/** The line of entry `index` of an array of tables, or of its `field` where that is found; undefined where it is unknown. */
export type EntryLine = (index: number, field?: string) => number | undefined;

/**
 * Finds the `count` headers `[[path]]` in a TOML text: the parser gives no positions of well-formed values, and messages need them.
 * If the array is written in another way, or the count differs, no line is known.
 */
export function findEntries(source: string, path: readonly string[], count: number): EntryLine {
  const lines = source.split(/\r?\n/);
  const header = headerPattern(path);
  const starts = lines.flatMap((line, index) => (header.test(line) ? [index] : []));
  return (index, field) => {
    const start = starts[index];
    if (start === undefined || starts.length !== count) return undefined;
    return (field === undefined ? start : findField(lines, start, field)) + 1;
  };
}

function headerPattern(path: readonly string[]): RegExp {
  const key = path.map((part) => `["']?${part}["']?`).join('\\s*\\.\\s*');
  return new RegExp(`^\\s*\\[\\[\\s*${key}\\s*\\]\\]`);
}

/** The line of a field below the header at `start`, or that of the header. */
function findField(lines: readonly string[], start: number, field: string): number {
  const next = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line));
  const section = lines.slice(start, next === -1 ? undefined : next);
  const offset = section.findIndex((line) => keyOf(line) === field);
  return start + Math.max(offset, 0);
}

function keyOf(line: string): string | undefined {
  const [, quoted, bare] = /^\s*(?:["']([^"']*)["']|([A-Za-z0-9_-]+))\s*[.=]/.exec(line) ?? [];
  return quoted ?? bare;
}
