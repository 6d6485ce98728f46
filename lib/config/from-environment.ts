import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { isPromise } from '../awaitable.js';
import { AuthConfigurationError, type ConfigurationProblem } from '../errors.js';
import { FileFailure, valueIn } from './file-contents.js';
import { reasonOf } from './read-failure.js';
import { describeMismatch } from './schema.js';

/** A service that knows settings by their names, such as `ConfigService` of `@nestjs/config`. */
export interface SettingsService {
  /** Returns a setting; undefined if there is none. */
  get(name: string): unknown;
}

/** Where settings are: `process.env`, or a service. */
export type EnvironmentSource = Readonly<Record<string, string | undefined>> | SettingsService;

/** Reads environment variables for {@link fromEnvironment}. */
export interface EnvironmentReader {
  /**
   * The value of the variable, or of the file that the variable with `_FILE` at its end names. An empty value counts as missing.
   *
   * @param fallback - the value if neither is set; without it, a missing variable is a mistake.
   */
  (variable: string, fallback?: string): string;
  /** Whether the variable, or the one with `_FILE` at its end, has a value: for fields that are left out otherwise. */
  has(variable: string): boolean;
}

/**
 * Builds a configuration from environment variables. Secrets may be in files, as Docker and Kubernetes mount them: `STS_SECRET_FILE` then
 * holds the path, and `STS_SECRET` must not be set. Line breaks at the end of a file do not count.
 *
 * @param source - `process.env`, or Nest's `ConfigService`.
 * @param build - returns the options, or a part of them; it may be asynchronous.
 * @returns what `build` returns.
 * @throws AuthConfigurationError with every variable that is missing, empty, set twice or names an unusable file, and the option that it is
 *   for, where that can be found in what `build` returns. No message repeats a value.
 *
 * @example
 * ```ts
 * fromEnvironment(process.env, (env) => ({
 *   schemes: { sts: { jwtValidatorConfig: { issuer: env('STS_ISSUER'), audience: 'orders', signatureConfig: { secret: env('STS_SECRET') } } } },
 * }));
 * ```
 */
export function fromEnvironment<T>(source: EnvironmentSource, build: (env: EnvironmentReader) => T): T {
  const settings = new Settings(source);
  const built = settings.explaining(() => build(settings.reader()));
  if (!isPromise(built)) return settings.check(built);
  return built.then(
    (value: unknown) => settings.check(value),
    (error: unknown) => settings.explain(error),
  ) as T;
}

/** What was asked of a source. */
class Settings {
  /** What is wrong, by the text that stands for the value. */
  private readonly mistakes = new Map<string, string>();

  constructor(private readonly source: EnvironmentSource) {}

  reader(): EnvironmentReader {
    const read = (variable: string, fallback?: string) => this.read(variable, fallback);
    return Object.assign(read, { has: (variable: string) => this.has(variable) });
  }

  /** @throws AuthConfigurationError if something is wrong. */
  check<T>(value: T): T {
    if (this.mistakes.size > 0) throw new AuthConfigurationError(this.problemsIn(value));
    return value;
  }

  /** Runs `build`. @throws what {@link explain} throws. */
  explaining<T>(build: () => T): T {
    try {
      return build();
    } catch (error) {
      return this.explain(error);
    }
  }

  /** @throws AuthConfigurationError if something is wrong, because `error` is then only a consequence; else `error`. */
  explain(error: unknown): never {
    if (this.mistakes.size === 0) throw error;
    throw new AuthConfigurationError(this.problemsIn(undefined), { cause: error });
  }

  private has(variable: string): boolean {
    return !isMissing(this.valueOf(variable)) || !isMissing(this.valueOf(`${variable}_FILE`));
  }

  private read(variable: string, fallback: string | undefined): string {
    try {
      const [value, file] = [this.textOf(variable), this.textOf(`${variable}_FILE`)];
      if (value !== undefined && file !== undefined)
        throw new Mistake(`${variable} and ${variable}_FILE are both set: remove one of them.`);
      if (file !== undefined) return readValue(`${variable}_FILE`, file);
      const found = value ?? fallback;
      if (found !== undefined) return found;
      throw new Mistake(
        `has no value: the environment variable ${variable} is not set, or is empty. Set it, or set ${variable}_FILE to the path of a file that holds the value.`,
      );
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      return this.placeholderFor(error.message);
    }
  }

  /** A text, so that `build` can use it, and all mistakes are found. It never gets out: {@link check} throws. */
  private placeholderFor(mistake: string): string {
    const placeholder = randomUUID();
    this.mistakes.set(placeholder, mistake);
    return placeholder;
  }

  private textOf(variable: string): string | undefined {
    const value = this.valueOf(variable);
    if (isMissing(value)) return undefined;
    if (typeof value === 'string') return value;
    throw new Mistake(`${variable} ${describeMismatch('a string', value)}.`);
  }

  private valueOf(variable: string): unknown {
    const { source } = this;
    if (isService(source)) return source.get(variable);
    return Object.hasOwn(source, variable) ? source[variable] : undefined;
  }

  private problemsIn(value: unknown): ConfigurationProblem[] {
    return [...this.mistakes].flatMap(([placeholder, message]) => {
      const paths = findText(value, placeholder);
      return (paths.length === 0 ? [''] : paths).map((path) => ({ path, message }));
    });
  }
}

class Mistake extends Error {}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isService(source: EnvironmentSource): source is { get(name: string): unknown } {
  return typeof source.get === 'function';
}

/**
 * The message does not repeat the path: who confuses the two variables has written a secret there.
 *
 * @throws Mistake if the file cannot be read, or is empty.
 */
function readValue(variable: string, file: string): string {
  try {
    return valueIn(new Map([[file, readBytes(file)]]), file);
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    const relative = isAbsolute(file) ? '' : ` The path is relative to the working directory, ${process.cwd()}.`;
    throw new Mistake(`cannot read the file that ${variable} names: ${reasonOf(error.cause)}.${relative}`);
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new FileFailure(file, error);
  }
}

/** The paths of the texts that contain `text`, in lists and plain objects of every depth: `schemes.sts.scopes[0]`. */
export function findText(value: unknown, text: string): string[] {
  const seen = new Set<object>();
  const visit = (each: unknown, path: string): string[] => {
    if (typeof each === 'string') return each.includes(text) ? [path] : [];
    if (!isContainer(each) || seen.has(each)) return [];
    seen.add(each);
    if (Array.isArray(each)) return each.flatMap((item, index) => visit(item, `${path}[${index}]`));
    return Object.entries(each).flatMap(([name, member]) => visit(member, path === '' ? name : `${path}.${name}`));
  };
  return visit(value, '');
}

/** What a configuration is made of. Other objects are not looked into: they may be of any size, and reading them may do something. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
