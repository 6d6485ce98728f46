import { ANONYMOUS } from '../anonymous.js';
import { checkEach } from '../config/every-mistake.js';
import { nearestName, suggest } from '../config/nearest-name.js';
import { fieldError } from '../errors.js';
import { isJsonObject } from '../json-object.js';
import { REQUIREMENT_FIELDS } from '../requirements/every-requirement.js';

type Fields = Readonly<Record<string, unknown>>;

/** An entry in two parts; neither is checked yet. */
export interface SplitEntry {
  /** The name of a scheme or of a group, or the fields that define how callers authenticate. */
  readonly who: string | Fields;
  /** The requirements. */
  readonly required: Fields;
}

/** How an entry authenticates callers, checked as far as possible without preparing a strategy. */
export type WayIn =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'named'; readonly scheme: string }
  | { readonly kind: 'inline'; readonly configKey: string; readonly config: unknown }
  | { readonly kind: 'allOf'; readonly entries: readonly unknown[] };

/** The names that entries may use. */
export interface KnownNames {
  readonly schemes: readonly string[];
  readonly configKeys: readonly string[];
}

/**
 * The entries of a list as it is written in a declaration, not checked yet.
 *
 * @throws AuthConfigurationError with the cure, if it is not a list.
 */
export function entriesOf(given: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(given)) throw fieldError(path, `must be a list of entries${cureOf(given)}, or false for an open route.`);
  if (given.length === 0)
    throw fieldError(path, 'is an empty list, so every request would be refused. Name a scheme, or write false for an open route.');
  return given;
}

/**
 * Splits an entry into its scheme and its requirements.
 *
 * @throws AuthConfigurationError if it is not an entry.
 */
export function splitEntry(given: unknown, path: string): SplitEntry {
  if (typeof given === 'string') return { who: given, required: {} };
  if (!isJsonObject(given)) throw fieldError(path, 'must be the name of a scheme, { scheme }, { allOf } or an inline config.');
  // Below, only an entry's own fields are read: a requirement that a class or a prototype adds would be dropped.
  const inherited = [...FORMS, ...REQUIREMENT_FIELDS].find((field) => field in given && !Object.hasOwn(given, field));
  if (inherited !== undefined) throw fieldError(`${path}.${inherited}`, 'is inherited. Write it in the entry itself, as a plain object.');
  const pairs = Object.entries(given);
  const isRequirement = ([key]: [string, unknown]) => REQUIREMENT_FIELDS.includes(key);
  const required = Object.fromEntries(pairs.filter(isRequirement));
  const who = Object.fromEntries(pairs.filter((pair) => !isRequirement(pair)));
  if (Object.keys(who).length === 0 && Object.keys(required).length > 0)
    throw fieldError(path, 'has requirements but no scheme. Add one, as in { scheme, scopes }.');
  return { who, required };
}

/**
 * Reads how an entry authenticates callers.
 *
 * @throws AuthConfigurationError with the path below `path` of all that is wrong, the nearest known name and the cure.
 */
export function parseWayIn(who: SplitEntry['who'], path: string, known: KnownNames): WayIn {
  if (typeof who === 'string') return parseNamed(who, path, known);
  const form = FORMS.find((field) => Object.hasOwn(who, field));
  if (form === undefined) return { kind: 'inline', ...parseConfigField(who, path, known.configKeys, REQUIREMENT_FIELDS) };
  const [wayIn] = checkEach(Object.keys(who), (field) => {
    if (field !== form) return refuseStranger(field, form, path, { configKeys: known.configKeys, others: REQUIREMENT_FIELDS });
    return form === 'scheme' ? parseNamed(who[form], `${path}.scheme`, known) : parseAllOf(who[form], `${path}.allOf`);
  });
  return wayIn as WayIn;
}

/**
 * The one strategy config among the fields of an entry, or of a named scheme.
 *
 * @param others - the other fields that an entry may have; a scheme has none.
 * @throws AuthConfigurationError with every field that is wrong.
 */
export function parseConfigField(given: Fields, path: string, configKeys: readonly string[], others: readonly string[] = []) {
  const names = Object.keys(given);
  const configKey = names.find((name) => configKeys.includes(name)) ?? names[0];
  if (configKey === undefined) throw fieldError(path, `is empty. Known configs: ${configKeys.join(', ')}.`);
  checkEach(names, (name) => {
    if (name !== configKey) refuseStranger(name, configKey, path, { configKeys, others });
    if (!configKeys.includes(name)) throw fieldError(`${path}.${name}`, `is not a known config. ${suggest(name, configKeys)}`);
  });
  return { configKey, config: given[configKey] };
}

/** The fields that determine the form of an entry. */
const FORMS = ['scheme', 'allOf'] as const;

function cureOf(given: unknown): string {
  if (typeof given === 'string') return `: ['${given}']`;
  return typeof given === 'object' && given !== null ? ': put the entry between [ and ]' : '';
}

function parseNamed(given: unknown, path: string, { schemes }: KnownNames): WayIn {
  if (typeof given !== 'string') throw fieldError(path, 'must be the name of a scheme.');
  if (given === ANONYMOUS) return { kind: 'anonymous' };
  if (schemes.includes(given)) return { kind: 'named', scheme: given };
  throw fieldError(path, `"${given}" is not a known scheme. ${cureOfName(given, schemes)}`);
}

function cureOfName(given: string, schemes: readonly string[]): string {
  if (nearestName(given, [...schemes, ANONYMOUS]) === ANONYMOUS) return suggest(given, [ANONYMOUS]);
  return schemes.length === 0 ? 'Declare it in AuthModule.forRoot({ schemes }).' : suggest(given, schemes);
}

function parseAllOf(given: unknown, path: string): WayIn {
  if (!Array.isArray(given) || given.length === 0) throw fieldError(path, 'must be a list of the entries that must all accept.');
  if (given.length === 1) throw fieldError(path, 'combines one entry only. Write the entry itself, or add the other.');
  return { kind: 'allOf', entries: given };
}

/** The names that may be suggested for an unknown field. */
interface OtherNames {
  readonly configKeys: readonly string[];
  readonly others: readonly string[];
}

/** Refuses a second field in an entry, or in a scheme. */
function refuseStranger(field: string, beside: string, path: string, { configKeys, others }: OtherNames): never {
  const lead = `cannot be combined with "${beside}".`;
  if (field === 'scheme' || field === 'allOf' || configKeys.includes(field))
    throw fieldError(
      `${path}.${field}`,
      `${lead} An entry is one way to authenticate: write two entries, or { allOf: [...] } if both must accept.`,
    );
  if (nearestName(field, REQUIREMENT_FIELDS) !== undefined && others.length === 0)
    throw fieldError(`${path}.${field}`, `${lead} Requirements belong where the scheme is used, not where it is declared.`);
  const cure = others.length === 0 ? 'A scheme has one config and no other field.' : suggest(field, others);
  throw fieldError(`${path}.${field}`, `is not a known field. ${cure}`);
}
