import { isUtf8 } from 'node:buffer';
import { LRUCache } from 'lru-cache';
import type { Claims } from '../claims-reader.js';
import type { Rejected } from '../strategy.js';
import { REFUSED } from './refusals.js';

/** The header parameters that a verifier needs. Whatever else a header says about keys is never looked at. */
export interface JoseHeader {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly typ: string | undefined;
}

/** A token taken apart. Nothing in it has been verified. @see RFC 7515 §7.1 */
export interface CompactToken {
  /** The octets that are signed. @see RFC 7515 §5.2 */
  readonly signingInput: Buffer;
  /** The payload's segment, to be decoded when the signature has been verified. */
  readonly payload: string;
  readonly signature: Buffer;
}

/** Three segments. Five are a JWE, which is refused with everything else that has another form. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Header parameters that change what a token means, or bring their own key: a token that has one is refused, whatever it says. */
const REFUSED_PARAMETERS = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'zip', 'enc'] as const;

/** How many headers are remembered: one for each key that is in use, of each issuer. */
const MAX_HEADERS = 16;

/** Takes tokens in compact form apart, strictly: canonical base64url without padding, UTF-8, JSON objects. @see RFC 7515 §5.2 */
export class CompactParser {
  /** An issuer writes the same header into all its tokens: it need not be read again. */
  private readonly headers = new LRUCache<string, JoseHeader | Rejected>({ max: MAX_HEADERS });

  /** What the header of a token says, or why it is refused. That the token has the strict form is for {@link parse} to find out. */
  readHeader(token: string): JoseHeader | Rejected {
    const segment = token.slice(0, Math.max(0, token.indexOf('.')));
    const known = this.headers.get(segment);
    if (known !== undefined) return known;
    const header = checkHeader(decodeObject(segment));
    this.headers.set(copyOf(segment), header);
    return header;
  }

  /** The other parts of a token, or why it is refused. */
  parse(token: string): CompactToken | Rejected {
    if (!COMPACT.test(token)) return REFUSED.malformedToken;
    const headerEnd = token.indexOf('.');
    const payloadEnd = token.indexOf('.', headerEnd + 1);
    const isStrict =
      isCanonical(token, 0, headerEnd) && isCanonical(token, headerEnd + 1, payloadEnd) && isCanonical(token, payloadEnd + 1);
    if (!isStrict) return REFUSED.malformedToken;
    return {
      signingInput: Buffer.from(token.slice(0, payloadEnd), 'latin1'),
      payload: token.slice(headerEnd + 1, payloadEnd),
      signature: Buffer.from(token.slice(payloadEnd + 1), 'base64url'),
    };
  }
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

function checkHeader(header: Claims | undefined): JoseHeader | Rejected {
  if (header === undefined) return REFUSED.malformedToken;
  if (REFUSED_PARAMETERS.some((name) => Object.hasOwn(header, name)) || isNested(own(header, 'cty'))) return REFUSED.unsupportedHeader;
  const alg = own(header, 'alg');
  const kid = own(header, 'kid');
  const typ = own(header, 'typ');
  if (typeof alg !== 'string' || !isOptionalString(kid) || !isOptionalString(typ)) return REFUSED.malformedToken;
  return { alg, kid, typ };
}

/** A string of its own: a slice would keep the whole token in memory. */
function copyOf(segment: string): string {
  return Buffer.from(segment, 'latin1').toString('latin1');
}

/** A nested JWT says so in its content type. @see RFC 7519 §5.2 */
function isNested(cty: unknown): boolean {
  return typeof cty === 'string' && /^(application\/)?jwt$/i.test(cty);
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
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
