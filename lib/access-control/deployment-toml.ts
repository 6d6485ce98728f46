import * as z from 'zod';
import { checkEach } from '../config/every-mistake.js';
import { fields, optional, parseConfig } from '../config/schema.js';
import { findEntries, parseToml } from '../config/toml.js';
import { fieldError } from '../errors.js';
import { RULE_FIELDS } from './access-rule.js';

/** The name in the file of each field of a rule. */
const NAMES = new Map(RULE_FIELDS.map((field) => [field, field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]));

/** One `[[resource.access_control]]` table. The checks of its values are those of a rule in the options. */
const table = fields(() => ({
  // First the name that WSO2 writes, which is suggested for a misspelling of both.
  secure: optional(z.boolean()),
  ...Object.fromEntries([...NAMES.values()].map((name) => [name, optional(z.unknown())])),
  context: z.string(),
  secured: optional(z.boolean()),
  scope: optional(z.unknown()),
}));

const document = z.looseObject({
  resource: optional(
    fields(() => ({ access_control: z.array(z.unknown(), { error: 'is a list of tables: write [[resource.access_control]]' }) })),
  ),
  resource_access_control: optional(fields(() => ({ default_access_allow: optional(z.boolean()) }))),
});

/** The access settings of a `deployment.toml`. */
export interface DeploymentToml {
  /** The rules, with the names of those in the options; their values are not checked yet. */
  readonly rules: readonly unknown[];
  /** What happens where no rule matches, if the file defines it. */
  readonly defaultAccess?: 'deny' | 'allow';
  /** Where the rule of an index is written: `line 12, resource.access_control[3]`. */
  readonly placeOf: (index: number) => string;
}

/**
 * Reads the access rules of a WSO2 `deployment.toml`. Its other sections are ignored.
 *
 * @throws AuthConfigurationError with the line of a syntax error, or the table and the field of another mistake.
 */
export function parseDeploymentToml(source: string): DeploymentToml {
  const { resource, resource_access_control: defaults } = parseConfig(
    document,
    parseToml(source, (line, _column, message) => fieldError(`line ${line}`, message)),
  );
  const tables = resource?.access_control ?? [];
  const placeOf = placesIn(source, tables.length);
  const rules = checkEach(tables, (given, index) => toRule(given, placeOf(index)));
  const allow = defaults?.default_access_allow;
  return { rules, placeOf, ...(allow !== undefined && { defaultAccess: allow ? 'allow' : 'deny' }) };
}

/** The name that a field has in the file. */
export function tomlName(path: string): string {
  return path.replace(/(?<=\]\.)\w+/, (field) => NAMES.get(field) ?? field);
}

function placesIn(source: string, count: number): DeploymentToml['placeOf'] {
  const lineOf = findEntries(source, ['resource', 'access_control'], count);
  return (index) => {
    const line = lineOf(index);
    return `${line === undefined ? '' : `line ${line}, `}resource.access_control[${index}]`;
  };
}

function toRule(given: unknown, path: string): unknown {
  const parsed: Readonly<Record<string, unknown>> = parseConfig(table, given, path);
  const secured = oneOf(parsed, 'secured', 'secure', path);
  // A rule whose `secured` is missing or misspelled must not turn out public.
  if (secured === undefined) throw fieldError(`${path}.secured`, 'is required: true or false.');
  const values = { ...parsed, secured, scopes: oneOf(parsed, 'scopes', 'scope', path) };
  const rule = [...NAMES].map(([field, name]) => [field, values[name as keyof typeof values]]);
  return Object.fromEntries(rule.filter(([, value]) => value !== undefined));
}

function oneOf(parsed: Readonly<Record<string, unknown>>, name: string, other: string, path: string): unknown {
  if (parsed[name] !== undefined && parsed[other] !== undefined)
    throw fieldError(`${path}.${other}`, `says the same as "${name}". Keep one of them.`);
  return parsed[name] ?? parsed[other];
}
