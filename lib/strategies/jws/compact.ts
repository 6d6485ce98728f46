import { isUtf8 } from 'node:buffer';
import { resultOf } from '../../errors.js';
import { isJsonObject } from '../../json-object.js';
import type { Claims } from '../claims/claims-reader.js';

/** A token taken apart, without its header. Nothing in it has been verified. @see RFC 7515 §7.1 */
export interface CompactToken {
  /** The octets that are signed. @see RFC 7515 §5.2 */
  readonly signingInput: Buffer;
  /** The payload's octets, to be read when the signature has been verified. */
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/**
 * Takes a token apart; undefined if it is malformed. It must have three segments: five are a JWE, and are refused with everything else
 * that has another form. The first one is for the reader of headers. @see RFC 7515 §5.2
 */
export function parseCompact(token: string): CompactToken | undefined {
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.indexOf('.', headerEnd + 1);
  const payload = decodeSegment(token.slice(headerEnd + 1, payloadEnd));
  const signature = decodeSegment(token.slice(payloadEnd + 1));
  if (payloadEnd <= headerEnd + 1 || payload === undefined || signature === undefined) return undefined;
  return { signingInput: Buffer.from(token.slice(0, payloadEnd), 'latin1'), payload, signature };
}

/**
 * Decodes a segment that is exactly what its octets are written as: no padding, no other alphabet, no unused bits that are set.
 * Node's decoder is lenient, so that one token would have many spellings. @see RFC 4648 §3.5
 */
export function decodeSegment(segment: string): Buffer | undefined {
  const octets = Buffer.from(segment, 'base64url');
  return octets.toString('base64url') === segment ? octets : undefined;
}

/** Reads octets that hold a JSON object in UTF-8; undefined if they hold anything else. */
export function readObject(octets: Buffer): Claims | undefined {
  const value: unknown = isUtf8(octets) ? resultOf(() => JSON.parse(octets.toString('utf8'))) : undefined;
  return isJsonObject(value) ? value : undefined;
}
