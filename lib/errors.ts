/** One mistake in a configuration: where it is, what is wrong and, where that is not obvious, the cure. */
export interface ConfigurationProblem {
  /** The path of the field (`schemes.sts.jwtValidatorConfig.issuer`), or the route; empty for the whole value. */
  readonly path: string;
  /** What is wrong, and what would be right. */
  readonly message: string;
}

/**
 * The programmer's mistake: thrown while the application boots, with every mistake that was found.
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
    super(list.map(describeProblem).join('\n'), options);
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

function describeProblem({ path, message }: ConfigurationProblem): string {
  return path === '' ? message : `${path}: ${message}`;
}

function joinPath(base: string, path: string): string {
  if (path === '') return base;
  return path.startsWith('[') ? `${base}${path}` : `${base}.${path}`;
}
