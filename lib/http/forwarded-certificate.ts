import { X509Certificate } from 'node:crypto';
import type { AuthRequest } from './auth-request.js';
import { countFields } from './header-field.js';

/** How a proxy writes a client certificate into a header field. */
export type ForwardedFormat = 'rfc9440' | 'xfcc' | 'pem' | 'der-base64';

/** The header field that carries the client certificate, and the one for the result of its verification by the proxy. Names in lower case. */
export interface ForwardedHeaders {
  readonly header: string;
  readonly format: ForwardedFormat;
  readonly verifyHeader: string;
  /** What the proxy writes into the verify header for a certificate that it verified. */
  readonly verified: readonly string[];
  /** Whether a certificate without a verify header is refused: a proxy that is configured to write one did not verify it. */
  readonly mustBeVerified: boolean;
}

/** The client certificate that a proxy forwarded, still encoded. */
export type ForwardedValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly reason: 'not_verified_by_proxy' | 'several_forwarded_certificates' }
  | { readonly kind: 'present'; readonly value: string };

/** What a verify header holds where the client sent no certificate. `NONE` is nginx's word. */
const SAYS_NOTHING: ReadonlySet<unknown> = new Set([undefined, '', 'NONE']);
const NONE: ForwardedValue = Object.freeze({ kind: 'none' });
const NOT_VERIFIED: ForwardedValue = Object.freeze({ kind: 'refused', reason: 'not_verified_by_proxy' });
const SEVERAL: ForwardedValue = Object.freeze({ kind: 'refused', reason: 'several_forwarded_certificates' });

/** What `header` is written in, where nothing else is configured. */
export function formatOf(header: string): ForwardedFormat {
  if (header === 'client-cert') return 'rfc9440';
  return header === 'x-forwarded-client-cert' ? 'xfcc' : 'pem';
}

/** Takes the forwarded certificate out of the header; whether the connection may forward one is the caller's to check. */
export function readForwarded({ headers, rawHeaders }: AuthRequest, expected: ForwardedHeaders): ForwardedValue {
  const { header, verifyHeader, verified, mustBeVerified } = expected;
  const value = headers[header];
  const finding = headers[verifyHeader];
  // Twice, and Node keeps only the first of some fields: one may be the client's own.
  const isVerified = verified.some((word) => word === finding) && countFields(rawHeaders, verifyHeader) < 2;
  if (!value) return isVerified || SAYS_NOTHING.has(finding) ? NONE : NOT_VERIFIED;
  const isUnsaid = finding === undefined && !mustBeVerified;
  if (!isVerified && !isUnsaid) return NOT_VERIFIED;
  // Two of them: one may be the client's own that the proxy let pass.
  if (typeof value !== 'string' || countFields(rawHeaders, header) > 1) return SEVERAL;
  return { kind: 'present', value };
}

/**
 * Decodes a forwarded certificate.
 *
 * @returns undefined if the value does not hold exactly one certificate.
 * @see RFC 9440 §2.2, RFC 8941 §3.3.5
 */
export function decodeForwarded(format: ForwardedFormat, value: string): X509Certificate | undefined {
  if (format === 'rfc9440') return parseDer(/^ *:([A-Za-z0-9+/]+={0,2}): *$/.exec(value)?.[1]);
  if (format === 'der-base64') return parseDer(/^[A-Za-z0-9+/]+={0,2}$/.exec(value)?.[0]);
  const pem = format === 'pem' ? value : certOfXfcc(value);
  return pem === undefined ? undefined : parseDer(base64OfPem(pem));
}

/**
 * One `key=value` of Envoy's header, and what follows it: `;` before the next pair, `,` before the next hop. Blanks are matched in one
 * place only: a long run of them must not be tried in every way.
 */
const XFCC_PAIR = / *([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",; ]*(?: +[^",; ]+)*)) *([;,]|$)/gy;

/** The `Cert` of the one hop. With several hops each vouches only for the one before it. */
function certOfXfcc(value: string): string | undefined {
  const pairs = [...value.matchAll(XFCC_PAIR)];
  const length = pairs.reduce((sum, [pair]) => sum + pair.length, 0);
  if (length !== value.length || pairs.some(([, , , , end]) => end === ',')) return undefined;
  const certs = pairs.filter(([, key]) => key?.toLowerCase() === 'cert').map(([, , quoted, plain]) => quoted ?? plain);
  return certs.length === 1 ? certs[0] : undefined;
}

/** PEM in one line: URL-encoded, or with blanks for its line breaks, or without its first and last line. */
function base64OfPem(value: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(value);
  } catch {
    return undefined;
  }
  const framed = /^\s*-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----\s*$/.exec(text)?.[1];
  return /^[A-Za-z0-9+/]+={0,2}$/.exec(framed?.replaceAll(/\s/g, '') ?? text)?.[0];
}

function parseDer(base64: string | undefined): X509Certificate | undefined {
  if (base64 === undefined) return undefined;
  const der = Buffer.from(base64, 'base64');
  try {
    const certificate = new X509Certificate(der);
    // OpenSSL ignores what follows the certificate.
    return certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}
