import * as z from 'zod';
import { isJsonObject } from '../json-object.js';
import { chosen, fields } from './schema.js';

/** A secret: text, whose UTF-8 is the secret; bytes; or bytes written in one of three notations. */
export type SecretOctets =
  | string
  | Uint8Array
  | {
      /** Base64 with its padding. @see RFC 4648 §4 */
      readonly base64: string;
    }
  | {
      /** Base64url without padding. @see RFC 4648 §5 */
      readonly base64url: string;
    }
  | {
      /** Two hexadecimal digits for each byte. @see RFC 4648 §8 */
      readonly hex: string;
    };

type Notation = 'base64' | 'base64url' | 'hex';

const RULES: Readonly<Record<Notation, string>> = {
  base64: 'is not Base64: it may have A-Z, a-z, 0-9, "+" and "/" only, and must be padded with "=" to a multiple of four characters',
  base64url: 'is not Base64url: it may have A-Z, a-z, 0-9, "-" and "_" only, without padding',
  hex: 'is not hexadecimal: it must be an even number of the digits 0-9 and a-f',
};
const NOTATIONS = Object.keys(RULES) as Notation[];
const EXPECTED = 'must be a string, a Uint8Array, { base64 }, { base64url } or { hex }';
const EMPTY = 'must not be empty';

/** Node's own decoders never fail: they skip what they do not know, and a secret would be another one than was meant. */
function written(notation: Notation) {
  return z
    .string()
    .min(1, EMPTY)
    .transform((given, context) => {
      const octets = Buffer.from(given, notation);
      if (octets.toString(notation) === (notation === 'hex' ? given.toLowerCase() : given)) return octets;
      const hint = given.trim() === given ? '' : '. It begins or ends with a blank or a line break';
      context.addIssue(`${RULES[notation]}${hint}`);
      return z.NEVER;
    });
}

const byNotation = { base64: written('base64'), base64url: written('base64url'), hex: written('hex') };

/** @internal The schema of {@link SecretOctets}; its output is the bytes. No message repeats any of them. */
export const secretOctets = chosen<Uint8Array>((value) => {
  if (typeof value === 'string')
    return z
      .string()
      .min(1, EMPTY)
      .transform((given): Uint8Array => Buffer.from(given, 'utf8'));
  // A copy: what the application does to its own array later changes no key.
  if (value instanceof Uint8Array)
    return z
      .instanceof(Uint8Array)
      .refine(({ length }) => length > 0, EMPTY)
      .transform((given): Uint8Array => Buffer.from(given));
  if (!isJsonObject(value)) return z.never({ error: EXPECTED });
  const [notation, another] = NOTATIONS.filter((name) => Object.hasOwn(value, name));
  if (notation === undefined || another !== undefined) return z.never({ error: `${EXPECTED}, with exactly one of these fields` });
  return fields(() => ({ [notation]: byNotation[notation] })).transform((given): Uint8Array => Object.values(given)[0] as Uint8Array);
});
