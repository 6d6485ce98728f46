import { X509Certificate } from 'node:crypto';
import { resultOf } from '../errors.js';
import type { ForwardedHeaders, ForwardedHop } from './forwarded-certificate.js';
import type { ForwardedFormat } from './forwarded-presets.js';
import { parseXfcc, type XfccElement, xfccValues } from './xfcc.js';

/** What a forwarded value holds. */
export type ForwardedContent =
  | { readonly kind: 'certificate'; readonly certificate: X509Certificate; readonly others: readonly X509Certificate[] }
  /** No certificate, but the names that the proxy read in it: URIs of its subject alternative name. */
  | { readonly kind: 'uris'; readonly uris: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: 'malformed_forwarded_certificate' | 'several_forwarded_certificates' };

const MALFORMED: ForwardedContent = Object.freeze({ kind: 'refused', reason: 'malformed_forwarded_certificate' });
const SEVERAL: ForwardedContent = Object.freeze({ kind: 'refused', reason: 'several_forwarded_certificates' });

type Shape = Pick<ForwardedHeaders, 'format' | 'hop' | 'isChain'>;

/**
 * Decodes a forwarded value.
 *
 * @param withOthers - whether the certificates beside the client's own are read too: they are needed to verify it.
 * @see RFC 9440 §2.2, RFC 8941 §3.3.5
 */
export function decodeForwarded(value: string, shape: Shape, withOthers = false): ForwardedContent {
  const { format, hop } = shape;
  return format === 'xfcc' ? ofXfcc(value, hop, withOthers) : ofList(value, DECODERS[format], shape, withOthers);
}

function ofXfcc(value: string, hop: ForwardedHop | undefined, withOthers: boolean): ForwardedContent {
  const elements = parseXfcc(value);
  if (elements === undefined) return MALFORMED;
  const element = choose(elements, hop);
  return element === undefined ? SEVERAL : ofElement(element, withOthers);
}

function ofElement(element: XfccElement, withOthers: boolean): ForwardedContent {
  const [cert, another] = xfccValues(element, 'cert');
  if (another !== undefined) return MALFORMED;
  // A `Cert` that is there and empty is no element without `Cert`.
  if (cert === undefined) return hasKey(element, 'cert') ? MALFORMED : { kind: 'uris', uris: xfccValues(element, 'uri') };
  const own = ofPem(cert);
  return own?.length === 1 ? content(own, withOthers ? xfccValues(element, 'chain').map(ofPem) : []) : MALFORMED;
}

function hasKey(element: XfccElement, key: string): boolean {
  return element.some((pair) => pair.key === key);
}

/** No format but XFCC has a comma within an element. */
function ofList(value: string, decode: Decode, { hop, isChain = false }: Shape, withOthers: boolean): ForwardedContent {
  const parts = value.split(',');
  const elements = parts.length === 1 ? parts : parts.map((part) => part.trim());
  const element = choose(elements, isChain ? 'first' : hop);
  if (element === undefined) return SEVERAL;
  const own = decode(element);
  // A chain in one element: PEM blocks one after the other.
  if (!isChain && !withOthers && (own?.length ?? 0) > 1) return MALFORMED;
  const others = withOthers ? elements.filter((each) => each !== element).map(decode) : [];
  return content(own, others);
}

function content(own: readonly X509Certificate[] | undefined, rest: readonly (readonly X509Certificate[] | undefined)[]): ForwardedContent {
  const [certificate, ...following] = own ?? [];
  const others = rest.filter((each) => each !== undefined);
  if (certificate === undefined || others.length < rest.length) return MALFORMED;
  return { kind: 'certificate', certificate, others: [...following, ...others.flat()] };
}

function choose<E>(elements: readonly E[], hop: ForwardedHop | undefined): E | undefined {
  if (elements.length === 1 || hop === 'first') return elements[0];
  return hop === 'last' ? elements.at(-1) : undefined;
}

type Decode = (text: string) => readonly X509Certificate[] | undefined;

const DECODERS: Readonly<Record<Exclude<ForwardedFormat, 'xfcc'>, Decode>> = {
  rfc9440: (text) => ofBase64(/^ *:([^:]+): *$/.exec(text)?.[1]),
  'der-base64': ofBase64,
  pem: ofPem,
};

const FRAMED = /^-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/;
/** Nothing follows the last line of a block in what this divides. */
const BETWEEN_BLOCKS = /(?<=-----END CERTIFICATE-----)\s*/;

/** PEM in one line: URL-encoded, or with blanks for its line breaks, or without its first and last line. */
function ofPem(value: string): readonly X509Certificate[] | undefined {
  const text = resultOf(() => decodeURIComponent(value))?.trim();
  if (!text?.startsWith('-')) return ofBase64(text);
  const blocks = text.split(BETWEEN_BLOCKS);
  const certificates = blocks.flatMap((block) => ofBlock(block) ?? []);
  return certificates.length === blocks.length ? certificates : undefined;
}

function ofBlock(block: string): readonly [X509Certificate] | undefined {
  const [, body = ''] = FRAMED.exec(block) ?? [];
  return ofBase64(body.replaceAll(/\s/g, ''));
}

function ofBase64(base64: string | undefined): readonly [X509Certificate] | undefined {
  if (base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const der = Buffer.from(base64, 'base64');
  const certificate = resultOf(() => new X509Certificate(der));
  // OpenSSL ignores what follows the certificate.
  return certificate?.raw.equals(der) ? [certificate] : undefined;
}
