import type * as z from 'zod';
import { AuthConfigurationError, type ConfigurationProblem, fieldError } from '../errors.js';
import { isJsonObject } from '../json-object.js';
import { parseConfig } from './schema.js';
import { findEntries, parseToml } from './toml.js';

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
    const found = place.reduce<unknown>((table, key) => (isJsonObject(table) ? table[key] : undefined), document);
    if (found === undefined) return [];
    const name = place.join('.');
    if (!Array.isArray(found)) throw fieldError('path', `${file}: ${name} must be a list of tables: begin each ${noun} with [[${name}]]`);
    const lineOf = findEntries(text, place, found.length);
    return found.map((value: unknown, index) => ({
      value,
      problem: (field, message) =>
        toProblem({ file, line: lineOf(index, field?.replace(/\[.*/, '')), label: `${name}[${index}]` }, field, message),
    }));
  });
}

/** Checks the value of a table. Each mistake is added to `problems`, with the field that it is in. */
export function checkTable<T>({ value, problem }: TomlTable, schema: z.ZodType<T>, problems: ConfigurationProblem[]): T | undefined {
  try {
    // A copy: the parser's tables have no prototype, and a schema takes only plain objects.
    return parseConfig(schema, isJsonObject(value) ? { ...value } : value);
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
