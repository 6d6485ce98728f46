import { isPromise } from '../awaitable.js';
import { AuthConfigurationError } from '../errors.js';
import { importByName, requireByName } from './load-by-name.js';

/** The optional packages with the versions that work, as in the peer dependencies, and what to install. */
const PACKAGES = {
  '@node-rs/argon2': { versions: '^2.0.0', install: '@node-rs/argon2' },
  '@node-rs/bcrypt': { versions: '^1.10.0 || ^2.0.0', install: '@node-rs/bcrypt' },
  ldapts: { versions: '^8.0.0 || ^9.0.0', install: 'ldapts@8' },
  'node-forge': { versions: '^1.3.1', install: 'node-forge' },
} as const;

/** The name of an optional package. */
export type OptionalPackage = keyof typeof PACKAGES;

/** An optional package that the configuration needs is not installed, or cannot be loaded. */
export class MissingPackageError extends AuthConfigurationError {}

/**
 * Imports an optional package: only where the configuration needs it.
 *
 * @typeParam T - what is used of the package.
 * @param purpose - what it is needed for: "argon2id".
 * @throws MissingPackageError with the package, its versions and the command that installs it.
 */
export function importPackage<T>(name: OptionalPackage, purpose: string): Promise<T> {
  return loadPackage(name, purpose, () => importByName(name) as Promise<T>);
}

/**
 * The same where nothing can wait for it.
 *
 * @typeParam T - what is used of the package.
 * @throws MissingPackageError as {@link importPackage} does.
 */
export function requirePackage<T>(name: OptionalPackage, purpose: string): T {
  return loadPackage(name, purpose, () => requireByName(name) as T);
}

/**
 * Runs `load`, and reports a failure with the cure.
 *
 *
 * @param purpose - what it is needed for: "argon2id".
 * @param load - loads the package, at once or later.
 * @throws MissingPackageError with the package, its versions and the command that installs it.
 */
export function loadPackage<T>(name: OptionalPackage, purpose: string, load: () => T): T {
  const fail = (cause: unknown): never => {
    const { versions, install } = PACKAGES[name];
    const message = `needs the optional package ${name} (${versions}) for ${purpose}, and cannot load it: npm install ${install}`;
    throw new MissingPackageError(message, { cause });
  };
  try {
    const loaded = load();
    return isPromise(loaded) ? (loaded.then(undefined, fail) as T) : loaded;
  } catch (error) {
    return fail(error);
  }
}
