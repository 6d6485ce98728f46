import { isDeepStrictEqual } from 'node:util';
import type { Expectation } from './demo.js';
import type { Answer } from './https-client.js';

/** Lists the differences between an answer and what was expected: the status, the expected header fields, the body. */
export function differences(answer: Answer, expected: Expectation): string[] {
  return [
    ...(answer.status === expected.status ? [] : [`status ${answer.status} instead of ${expected.status}`]),
    ...Object.entries(expected.headers ?? {}).flatMap(([name, value]) => headerDifference(name, answer.headers[name.toLowerCase()], value)),
    ...(hasBody(answer.body, expected) ? [] : [`body ${answer.body || '(empty)'} instead of ${describeBody(expected)}`]),
  ];
}

/** The value of a header field. Several fields of the same name are joined to one list. @see RFC 9110 §5.3 */
export function fieldValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Describes the expected body in words. */
export function describeBody({ body, bodyHas }: Expectation): string {
  if (bodyHas !== undefined) return `a body with ${JSON.stringify(bodyHas)}`;
  return body === '' ? 'no body' : JSON.stringify(body);
}

function headerDifference(name: string, given: string | string[] | undefined, expected: string | RegExp): string[] {
  const actual = fieldValue(given);
  const value = name.toLowerCase() === 'content-type' ? actual?.split(';')[0]?.trim() : actual;
  const isGood = expected instanceof RegExp ? value !== undefined && expected.test(value) : value === expected;
  return isGood ? [] : [`${name}: ${actual ?? '(missing)'} instead of ${expected}`];
}

function hasBody(actual: string, { status, body, bodyHas }: Expectation): boolean {
  if (status === 'handshake failed') return true;
  if (typeof body === 'string') return actual === body;
  try {
    const parsed = JSON.parse(actual);
    return bodyHas === undefined ? isDeepStrictEqual(parsed, body) : isDeepStrictEqual({ ...parsed, ...bodyHas }, parsed);
  } catch {
    return false;
  }
}
