import { suggest } from '../config/nearest-name.js';
import { AuthConfigurationError } from '../errors.js';
import { type ParsedRequirements, parseRequirements, REQUIREMENT_FIELDS } from './requirements.js';

/** An entry in one form, checked as far as it can be without preparing its strategy. */
export type ParsedEntry = { readonly requirements: ParsedRequirements } & (
  | { readonly kind: 'named'; readonly scheme: string }
  | { readonly kind: 'inline'; readonly configKey: string; readonly config: unknown }
  | { readonly kind: 'allOf'; readonly entries: readonly ParsedEntry[] }
);

/** The names that entries may use. */
export interface KnownNames {
  readonly schemes: readonly string[];
  readonly configKeys: readonly string[];
}

/**
 * Reads a list of entries as it is written in a declaration.
 *
 * @throws AuthConfigurationError with the path below `path` of what is wrong, the nearest known name and the cure.
 */
export function parseEntries(given: unknown, path: string, known: KnownNames): ParsedEntry[] {
  if (!Array.isArray(given)) throw problem(path, `must be a list of entries${cureOf(given)}, or false for an open route.`);
  if (given.length === 0)
    throw problem(path, 'is an empty list, which nobody could pass. Name a scheme, or write false for an open route.');
  return given.map((entry: unknown, index) => parseEntry(entry, `${path}[${index}]`, known));
}

/** Runs `parse`, and puts `path` before what it complains about. */
export function at<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof AuthConfigurationError ? error.within(path) : error;
  }
}

/** The one strategy config among an entry's fields. */
export function parseSchemeConfig(given: Readonly<Record<string, unknown>>, path: string, configKeys: readonly string[]) {
  const [configKey, ...others] = Object.keys(given);
  if (configKey === undefined) throw problem(path, `says nothing. Known configs: ${configKeys.join(', ')}.`);
  if (!configKeys.includes(configKey)) throw problem(`${path}.${configKey}`, `is not a known config. ${suggest(configKey, configKeys)}`);
  const [second] = others;
  if (second === undefined) return { configKey, config: given[configKey] };
  throw problem(`${path}.${second}`, `cannot stand beside "${configKey}". ${cureOfSecond(second, configKeys)}`);
}

function cureOf(given: unknown): string {
  if (typeof given === 'string') return `: ['${given}']`;
  return typeof given === 'object' && given !== null ? ': put the entry between [ and ]' : '';
}

function parseEntry(given: unknown, path: string, known: KnownNames): ParsedEntry {
  if (typeof given === 'string') return { kind: 'named', scheme: knownScheme(given, path, known), requirements: parseRequirements({}) };
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw problem(path, 'must be the name of a scheme, { scheme }, { allOf } or an inline config.');
  const [required, form] = split({ ...given });
  const requirements = at(path, () => parseRequirements(required));
  if ('scheme' in form || 'allOf' in form) refuseOthers(form, path, known);
  if ('scheme' in form) return { kind: 'named', scheme: knownScheme(form.scheme, `${path}.scheme`, known), requirements };
  if ('allOf' in form) return { kind: 'allOf', entries: parseAllOf(form.allOf, `${path}.allOf`, known), requirements };
  if (Object.keys(form).length === 0 && Object.keys(required).length > 0)
    throw problem(path, 'requires something, but of whom? Name a scheme beside it, as in { scheme, scopes }.');
  return { kind: 'inline', ...parseSchemeConfig(form, path, known.configKeys), requirements };
}

function parseAllOf(given: unknown, path: string, known: KnownNames): ParsedEntry[] {
  if (!Array.isArray(given) || given.length === 0) throw problem(path, 'must be a list of the entries that must all accept.');
  if (given.length === 1) throw problem(path, 'combines one entry only. Write the entry itself, or add the other.');
  return parseEntries(given, path, known);
}

function split(entry: Readonly<Record<string, unknown>>): [Record<string, unknown>, Record<string, unknown>] {
  const pairs = Object.entries(entry);
  const isRequirement = ([key]: [string, unknown]) => REQUIREMENT_FIELDS.includes(key);
  return [Object.fromEntries(pairs.filter(isRequirement)), Object.fromEntries(pairs.filter((pair) => !isRequirement(pair)))];
}

function refuseOthers(form: Readonly<Record<string, unknown>>, path: string, { configKeys }: KnownNames): void {
  const names = Object.keys(form);
  if (names.length === 1) return;
  const stranger = names.find((name) => name !== 'scheme' && name !== 'allOf') ?? 'allOf';
  const beside = 'scheme' in form ? 'scheme' : 'allOf';
  throw problem(`${path}.${stranger}`, `cannot stand beside "${beside}". ${cureOfSecond(stranger, configKeys)}`);
}

/** What to do about a second field in an entry, or in a scheme. */
function cureOfSecond(field: string, configKeys: readonly string[]): string {
  if (field === 'allOf' || configKeys.includes(field))
    return 'An entry is one way in: write two entries, or { allOf: [...] } if both must accept.';
  if (REQUIREMENT_FIELDS.includes(field)) return 'Requirements stand where the scheme is used, not where it is declared.';
  return suggest(field, REQUIREMENT_FIELDS);
}

function knownScheme(given: unknown, path: string, { schemes }: KnownNames): string {
  if (typeof given !== 'string') throw problem(path, 'must be the name of a scheme.');
  if (schemes.includes(given)) return given;
  const cure = schemes.length === 0 ? 'Declare it in AuthModule.forRoot({ schemes }).' : suggest(given, schemes);
  throw problem(path, `"${given}" is not a known scheme. ${cure}`);
}

function problem(path: string, message: string): AuthConfigurationError {
  return new AuthConfigurationError([{ path, message }]);
}
