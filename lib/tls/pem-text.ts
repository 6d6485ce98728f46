import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { succeeds } from '../errors.js';
import { derValues } from './der.js';

/** One block of a PEM text, with any form of line breaks. @see RFC 7468 §2 */
const BLOCK = /-----BEGIN ([A-Z0-9][A-Z0-9 ]*)-----([\s\S]*?)-----END \1-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Line breaks as an env file, a shell or a dashboard writes them, escaped once or twice. */
const ESCAPED_BREAK = /\\+r\\+n|\\+n|\\+r/g;
/** The size in bytes of the smallest key that is read here: a public Ed25519 key. */
const FEWEST_OCTETS = 44;

/**
 * The PEM text in a setting or a file, in its usual form: environment variables have `\n` or blanks in place of line breaks, or quotes
 * around the text; others hold the Base64 of a key (DER), or of a whole PEM text. Undefined where the text is none of these.
 */
export function toPemText(given: string): string | undefined {
  const text = withoutQuotes(given);
  if (text.startsWith('-----BEGIN')) return withLineBreaks(text);
  const base64 = text.replaceAll(ESCAPED_BREAK, '').replaceAll(/\s/g, '');
  if (!BASE64.test(base64)) return undefined;
  const octets = Buffer.from(base64, 'base64');
  if (octets.length < FEWEST_OCTETS) return undefined;
  const inner = octets.toString('latin1').trim();
  return inner.startsWith('-----BEGIN') ? withLineBreaks(inner) : fromDer(octets);
}

/** The same text with every block in lines of 64 characters. A block that is not Base64 stays unchanged and is refused later. */
export function withLineBreaks(text: string): string {
  return text.replaceAll(ESCAPED_BREAK, '\n').replaceAll(BLOCK, (block: string, label: string, body: string) => {
    const base64 = body.replaceAll(/\s/g, '');
    return BASE64.test(base64) ? frame(label, base64) : block;
  });
}

/** A byte order mark counts as a blank. */
function withoutQuotes(given: string): string {
  const text = given.trim();
  const quoted = /^(["'`])([\s\S]*)\1$/.exec(text)?.[2];
  return quoted === undefined ? text : quoted.trim();
}

function frame(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64.replaceAll(/.{1,64}/g, '$&\n')}-----END ${label}-----`;
}

/** The object identifiers that those of PKCS#5 and PKCS#12 encryption begin with, in DER. */
const ENCRYPTIONS = ['2a864886f70d0105', '2a864886f70d010c01'].map((hex) => Buffer.from(hex, 'hex'));

/**
 * The kinds of keys and certificates that Base64 may hold, with their PEM labels. The order counts: Node.js reads any private key as one of
 * PKCS#1, and as the public key that belongs to it, depending on its version.
 */
const KINDS: readonly (readonly [label: string, read: (der: Buffer) => unknown])[] = [
  ['CERTIFICATE', (der) => new X509Certificate(der)],
  ['PUBLIC KEY', (der) => createPublicKey({ key: der, format: 'der', type: 'spki' })],
  ['PRIVATE KEY', (der) => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })],
  ['RSA PRIVATE KEY', (der) => only('rsa', createPrivateKey({ key: der, format: 'der', type: 'pkcs1' }))],
  ['EC PRIVATE KEY', (der) => only('ec', createPrivateKey({ key: der, format: 'der', type: 'sec1' }))],
  ['RSA PUBLIC KEY', (der) => only('rsa', createPublicKey({ key: der, format: 'der', type: 'pkcs1' }))],
];

function only(type: string, { asymmetricKeyType }: KeyObject): void {
  if (asymmetricKeyType !== type) throw new TypeError('is a key of another type');
}

function fromDer(der: Buffer): string | undefined {
  if (!isOneSequence(der)) return undefined;
  const kind = KINDS.find(([, read]) => succeeds(() => read(der)));
  const label = kind?.[0] ?? (isEncryptedKey(der) ? 'ENCRYPTED PRIVATE KEY' : undefined);
  return label === undefined ? undefined : frame(label, der.toString('base64'));
}

/** An encrypted key, which cannot be tried without its password, begins with the identifier of its encryption. @see RFC 5958 §3, RFC 8018 A */
function isEncryptedKey(der: Buffer): boolean {
  const start = der.subarray(0, 24);
  return ENCRYPTIONS.some((oid) => start.includes(oid));
}

/** Whether the bytes are one ASN.1 SEQUENCE and nothing else, which a path, a password or half of a key is not. @see X.690 §8.1.3 */
function isOneSequence(der: Buffer): boolean {
  const values = derValues(der);
  return values?.length === 1 && values[0]?.tag === 0x30;
}
