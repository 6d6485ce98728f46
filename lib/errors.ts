import { isPromise } from './awaitable.js';
import { helpFor } from './mistake-kinds.js';
import { oneLine, quoted, visible } from './operator/log-text.js';

/** One mistake in a configuration: where it is, what is wrong and, where that is not obvious, the cure. */
export interface ConfigurationProblem {
  /** The path of the field (`schemes.sts.jwtValidatorConfig.issuer`), or the route; empty for the whole value. */
  readonly path: string;
  /** What is wrong, and what would be right. */
  readonly message: string;
}

/**
 * The programmer's mistake: thrown while the application boots, with every mistake that was found. Its message ends with the place in the
 * documentation that explains each kind of mistake in it.
 *
 * Its `code` is `ERR_AUTH_CONFIGURATION`.
 */
export class AuthConfigurationError extends Error {
  /** The name of the class, as logs show it. */
  override readonly name = 'AuthConfigurationError';
  /** A stable identifier for programs. */
  readonly code = 'ERR_AUTH_CONFIGURATION';
  /** Every mistake that was found, in the order of the configuration. */
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[] | string, options?: ErrorOptions) {
    const list = typeof problems === 'string' ? [{ path: '', message: problems }] : [...problems];
    const text = visible(list.map(describeProblem).join('\n'));
    super(`${text}${helpFor(text)}`, options);
    this.problems = list;
  }

  /** The same mistakes seen from further out: `base` is put before every path. */
  within(base: string): AuthConfigurationError {
    const problems = this.problems.map((problem) => ({ ...problem, path: joinPath(base, problem.path) }));
    return new AuthConfigurationError(problems, { cause: this.cause });
  }
}

/**
 * Thrown by a strategy or an authorizer that could not find out: the identity provider, the directory or the store did not answer.
 * The caller gets 503 with `Retry-After`, never 401. Its `code` is `ERR_AUTH_UNAVAILABLE`.
 */
export class AuthUnavailableError extends Error {
  /** The name of the class, as logs show it. */
  override readonly name = 'AuthUnavailableError';
  /** A stable identifier for programs. */
  readonly code = 'ERR_AUTH_UNAVAILABLE';
  /** In how many seconds it is worth asking again, where that is known. */
  readonly retryAfter: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly retryAfter?: number } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

/** The mistake of one field. */
export function fieldError(path: string, message: string, cause?: unknown): AuthConfigurationError {
  return new AuthConfigurationError([{ path, message }], cause === undefined ? {} : { cause });
}

/** Whether a check returns: Node's own throw. */
export function succeeds(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** What `work` returns; undefined where it throws. */
export function resultOf<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Runs `work`. The mistakes that it reports, at once or later, are moved under `path`; what else it throws stays as it is. */
export function within<T>(path: string, work: () => T): T {
  const move = (error: unknown): never => {
    throw isA(error, AuthConfigurationError) ? error.within(path) : error;
  };
  try {
    const result = work();
    return isPromise(result) ? (result.then(undefined, move) as T) : result;
  } catch (error) {
    return move(error);
  }
}

function describeProblem({ path, message }: ConfigurationProblem): string {
  return path === '' ? message : `${path}: ${message}`;
}

function joinPath(base: string, path: string): string {
  if (path === '') return base;
  return path.startsWith('[') ? `${base}${path}` : `${base}.${path}`;
}

/** An error's text may come from another system: this much of it is enough for a log. */
const MAX_TEXT = 1000;

/**
 * The text of a thrown value, for a log or a message. It never throws, for any value, and is one line in which everything
 * can be seen; an {@link AuthConfigurationError} has a line for each mistake.
 */
export function textOf(thrown: unknown): string {
  return isA(thrown, AuthConfigurationError) ? linesOf(thrown) : oneLine(rawText(thrown));
}

/** The same at full length, and with its line breaks: for a terminal. */
export function linesOf(thrown: unknown): string {
  return visible(rawText(thrown, Number.POSITIVE_INFINITY));
}

/** The same in quotes, as JSON: where it ends is to be seen, too. */
export function quotedTextOf(thrown: unknown): string {
  return quoted(rawText(thrown));
}

/**
 * What is wrong by an {@link AuthConfigurationError}, without places and without the help at the end of its message: for a message that names
 * the place itself. Of another thrown value, its text.
 */
export function mistakesIn(thrown: unknown): string {
  return isA(thrown, AuthConfigurationError) ? thrown.problems.map(({ message }) => message).join('\n') : textOf(thrown);
}

/** A property of a thrown value; undefined where it has none, or reading it throws. */
export function propertyOf(thrown: unknown, name: string): unknown {
  return resultOf(() => (thrown as Readonly<Record<string, unknown>> | null | undefined)?.[name]);
}

/** `instanceof` that never throws: a proxy may. */
export function isA<T>(thrown: unknown, type: abstract new (...args: never[]) => T): thrown is T {
  try {
    return thrown instanceof type;
  } catch {
    return false;
  }
}

function rawText(thrown: unknown, limit = MAX_TEXT): string {
  try {
    const text = findText(thrown);
    return text.length > limit ? `${text.slice(0, limit)}…` : text;
  } catch {
    return 'something that cannot be turned into text';
  }
}

function findText(thrown: unknown): string {
  if (typeof thrown === 'function') return 'a function';
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const { message, code, name } = thrown as { message?: unknown; code?: unknown; name?: unknown };
  // Node reports a connection that failed at every address by an error with a code and without a message.
  const said = [message, code, name].find((each) => typeof each === 'string' && each !== '');
  return typeof said === 'string' ? said : String(thrown);
}
