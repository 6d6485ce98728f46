import { isJsonObject } from '../json-object.js';
import type { ClientConfig } from './client-config.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Fills the defaults of the application into the `clientConfig` of a config that is not checked yet, so that its check sees what is in force. A field that is
 * there wins; `customHeaders` are united by name, in any case.
 *
 * @param path - where the `clientConfig` is. Nothing is added where what it would be in is missing, or is no object.
 */
export function withClientDefaults<Config>(config: Config, path: readonly string[], defaults: ClientConfig | undefined): Config {
  if (defaults === undefined) return config;
  // The type stays: only fields of a ClientConfig are added.
  return filled(config, path, defaults) as Config;
}

function filled(given: unknown, [name, ...rest]: readonly string[], defaults: ClientConfig): unknown {
  if (name === undefined) return given === undefined ? defaults : merged(given, defaults);
  if (!isJsonObject(given)) return given;
  if (rest.length > 0 && given[name] === undefined) return given;
  // A field that is there without a value is a mistake, and must stay one.
  if (Object.hasOwn(given, name) && given[name] === undefined) return given;
  return { ...given, [name]: filled(given[name], rest, defaults) };
}

function merged(given: unknown, defaults: ClientConfig): unknown {
  if (!isJsonObject(given)) return given;
  const customHeaders = unitedByName(defaults.customHeaders, given.customHeaders);
  return { ...defaults, ...given, ...(customHeaders !== undefined && { customHeaders }) };
}

function unitedByName(defaults: Fields | undefined, given: unknown): unknown {
  if (defaults === undefined || !isJsonObject(given)) return given;
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase()))), ...given };
}
