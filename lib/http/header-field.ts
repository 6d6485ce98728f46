import { validateHeaderName, validateHeaderValue } from 'node:http';
import { succeeds } from '../errors.js';

/** Whether `name` may stand as the name of a header field. @see RFC 9110 §5.1 */
export function isHeaderName(name: string): boolean {
  return succeeds(() => validateHeaderName(name));
}

/** Whether `value` may stand as the value of a header field: it cannot end the field. @see RFC 9110 §5.5 */
export function isHeaderValue(value: string): boolean {
  return succeeds(() => validateHeaderValue('X-Value', value));
}

/** How many fields of a name (in lower case) there are in a request's raw headers: `headers` joins them, or keeps the first. */
export function countFields(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (isNamed(rawHeaders[index] ?? '', name)) count++;
  }
  return count;
}

/** Compares without making a string: every request asks. Only ASCII letters differ in case. @see RFC 9110 §5.1 */
function isNamed(field: string, name: string): boolean {
  if (field.length !== name.length) return false;
  for (let index = 0; index < name.length; index++) if (lowerCase(field.charCodeAt(index)) !== name.charCodeAt(index)) return false;
  return true;
}

/** The character of an ASCII letter in lower case; any other one as it is. */
export function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** The values of the fields of a name (in lower case) in a request's raw headers, in order. */
export function valuesOfFields(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && isNamed(rawHeaders[index - 1] ?? '', name));
}
