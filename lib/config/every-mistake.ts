import { AuthConfigurationError } from '../errors.js';

/**
 * Checks every item of a list.
 *
 * @throws AuthConfigurationError with the mistakes of all of them, in their order.
 */
export function checkEach<T, R>(items: readonly T[], check: (item: T, index: number) => R): R[] {
  const failures: AuthConfigurationError[] = [];
  const results = items.flatMap((item, index) => {
    try {
      return [check(item, index)];
    } catch (error) {
      failures.push(asMistake(error));
      return [];
    }
  });
  throwAll(failures);
  return results;
}

/**
 * Waits for several checks that run at the same time.
 *
 * @throws AuthConfigurationError with the mistakes of all of them, in their order.
 */
export async function checkAll<T extends readonly unknown[] | []>(checks: T): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  const settled = await Promise.allSettled(checks);
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [asMistake(result.reason)] : []));
  throwAll(failures);
  return Promise.all(checks);
}

function asMistake(error: unknown): AuthConfigurationError {
  if (error instanceof AuthConfigurationError) return error;
  throw error;
}

function throwAll([first, ...others]: readonly AuthConfigurationError[]): void {
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new AuthConfigurationError(
    [first, ...others].flatMap(({ problems }) => problems),
    { cause: first.cause },
  );
}
