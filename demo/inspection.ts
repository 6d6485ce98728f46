import { isDeepStrictEqual } from 'node:util';
import type { Finding, Inspection } from './demo.js';

/** A check that compares what happened with what should. */
export function inspection(title: string, compare: () => Promise<readonly [actual: unknown, expected: unknown]>): Inspection {
  const inspect = async (): Promise<Finding> => {
    const [actual, expected] = await compare();
    const isGood = isDeepStrictEqual(actual, expected);
    return { shown: [JSON.stringify(actual)], wrong: isGood ? [] : [`instead of ${JSON.stringify(expected)}`] };
  };
  return { title, inspect };
}
