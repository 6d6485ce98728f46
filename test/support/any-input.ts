import fc from 'fast-check';
import { HOSTILE } from './hostile.js';

/** What Node lets through as the value of a header field: tabs, and every octet from the space on but DEL. */
const octet = fc.integer({ min: 0x20, max: 0xff }).map((code) => (code === 0x7f ? '\t' : String.fromCharCode(code)));

/** Words that mean something to one of the readers. */
const WORDS = [
  ...['Bearer', 'bearer', 'Basic', 'DPoP', 'ApiKey', 'authorization', 'token', '__proto__', 'constructor', 'toString', 'null', 'SUCCESS'],
  ...[' ', '  ', '.', '..', ',', ';', '=', '==', ':', '"', '\\', '%', '%00', '%zz', '&', '*', '{}', '[]', 'true', '0', '-1', '1e999'],
  ...['eyJhbGciOiJub25lIn0', 'eyJhbGciOiJIUzI1NiJ9', 'e30', 'YTpi', 'OmI=', 'URI=', 'Cert=', '-----BEGIN CERTIFICATE-----', ':MIIB:'],
  ...['127.0.0.1', '::1', '10.0.0.1', 'unix', 'https://api.test', 'base64url.bearer.authorization.'],
];

const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((list) => list.join(''));

/** A text of up to some megabytes, which is made when it is needed only: fast-check would print it. */
const long = fc
  .tuple(fc.constantFrom('', 'Bearer ', 'Basic ', 'DPoP '), fc.constantFrom('a', ' ', ',', '=', '"', '\\', '%', '.', ';', 'a.', '\t'))
  .chain(([start, unit]) => fc.constantFrom(20_000, 1_000_000).map((length) => start + unit.repeat(length)));

/** The value of a header field as Node hands it out. */
export const fieldValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 4, arbitrary: fc.string({ unit: octet, maxLength: 200 }) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('Bearer ', 'Basic ', 'DPoP '), words).map(([scheme, rest]) => scheme + rest) },
  { weight: 1, arbitrary: long },
);

/** Any text of JavaScript, with lone surrogates and control characters. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fieldValue,
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('\ud800', '\udfff', 'Bearer \ud800.\udc00.', '\0', 'Bearer \0', '\u2028'),
);

/** A value as parsers of messages make it: JSON, octets, dates, big integers, maps, objects without a prototype. */
export const dataValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: anyText },
  { weight: 1, arbitrary: anyText.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.array(anyText, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
    }),
  },
);

/** The same, and what only code can make: it breaks each way of looking at it, fast-check's own too, so that it is made when it is needed. */
export const hostileValue: fc.Arbitrary<() => unknown> = fc.oneof(
  dataValue.map((value) => () => value),
  fc.constantFrom(...HOSTILE.map(([, make]) => make)),
  fc.constantFrom(
    ...HOSTILE.map(([, make]) => () => [make()]),
  ),
);

/** A name of a field, some of them in the place of the one that counts. */
export const fieldName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('authorization', 'Authorization', 'AUTHORIZATION', 'authorization ', 'traceparent', 'tracestate', '__proto__', 'headers'),
  fc.string({ maxLength: 12 }),
);

/** An object with these values under names that mean something, and under others. `__proto__` is an own member, as JSON makes it. */
export function fieldsOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc.array(fc.tuple(fieldName, value), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));
}
