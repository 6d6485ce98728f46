import { isDeepStrictEqual } from 'node:util';
import type { Expectation } from './demo.js';
import type { Answer } from './https-client.js';

/** What is not as expected of an answer, one line each: the status, then the listed header fields, then the whole body. */
export function differences(answer: Answer, expected: Expectation): string[] {
  return [
    ...(answer.status === expected.status ? [] : [`status ${answer.status} instead of ${expected.status}`]),
    ...Object.entries(expected.headers ?? {}).flatMap(([name, value]) => headerDifference(name, answer.headers[name.toLowerCase()], value)),
    ...(hasBody(answer.body, expected.body) ? [] : [`body ${answer.body || '(empty)'} instead of ${JSON.stringify(expected.body)}`]),
  ];
}

function headerDifference(name: string, actual: string | string[] | undefined, expected: string): string[] {
  const value = name.toLowerCase() === 'content-type' ? withoutParameters(actual) : actual;
  return value === expected ? [] : [`${name}: ${actual ?? '(missing)'} instead of ${expected}`];
}

/** A content type may name a charset. */
function withoutParameters(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value.split(';')[0]?.trim() : undefined;
}

function hasBody(actual: string, expected: unknown): boolean {
  if (typeof expected === 'string') return actual === expected;
  try {
    return isDeepStrictEqual(JSON.parse(actual), expected);
  } catch {
    return false;
  }
}
