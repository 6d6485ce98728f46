import { isUtf8 } from 'node:buffer';
import type { Claims } from '../claims-reader.js';
import type { Rejected } from '../strategy.js';
import { REFUSED } from './refusals.js';

/** A token taken apart, without its header. Nothing in it has been verified. @see RFC 7515 §7.1 */
export interface CompactToken {
  /** The octets that are signed. @see RFC 7515 §5.2 */
  readonly signingInput: Buffer;
  /** The payload's segment, to be decoded when the signature has been verified. */
  readonly payload: string;
  readonly signature: Buffer;
}

/** Three segments. Five are a JWE, which is refused with everything else that has another form. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Takes a token in compact form apart, strictly, or says why it is refused: canonical base64url without padding. @see RFC 7515 §5.2 */
export function parseCompact(token: string): CompactToken | Rejected {
  if (!COMPACT.test(token)) return REFUSED.malformedToken;
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.indexOf('.', headerEnd + 1);
  const isStrict = isCanonical(token, 0, headerEnd) && isCanonical(token, headerEnd + 1, payloadEnd) && isCanonical(token, payloadEnd + 1);
  if (!isStrict) return REFUSED.malformedToken;
  return {
    signingInput: Buffer.from(token.slice(0, payloadEnd), 'latin1'),
    payload: token.slice(headerEnd + 1, payloadEnd),
    signature: Buffer.from(token.slice(payloadEnd + 1), 'base64url'),
  };
}

/** Decodes a segment that holds a JSON object; undefined if it holds anything else. */
export function decodeObject(segment: string): Claims | undefined {
  const octets = Buffer.from(segment, 'base64url');
  if (!isUtf8(octets)) return undefined;
  try {
    const value: unknown = JSON.parse(octets.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is an object, and no list. */
export function isJsonObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object itself: nothing inherited, so that a claim named `constructor` is a claim. */
export function own(object: Claims, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * Whether the unused bits of a segment's last character are zero. Otherwise several texts would stand for the same octets,
 * and one token would have many spellings. @see RFC 4648 §3.5
 */
function isCanonical(token: string, start: number, end = token.length): boolean {
  const rest = (end - start) % 4;
  if (rest === 0) return true;
  const last = token[end - 1] ?? '';
  return rest === 2 ? 'AQgw'.includes(last) : rest === 3 && 'AEIMQUYcgkosw048'.includes(last);
}
