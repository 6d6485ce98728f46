import type { X509Certificate } from 'node:crypto';
import { type DerValue, derValues } from './der.js';

/** The parts of a certificate that `node:crypto` does not provide. */
export interface CertificateDetails {
  /** Whether it is signed with SHA-256 or better, or with EdDSA. */
  readonly isStronglySigned: boolean;
  /** Its extensions, by the OID in hexadecimal digits of its DER. */
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** One extension. */
export interface Extension {
  readonly isCritical: boolean;
  readonly value: Buffer;
}

/** OIDs of extensions, as {@link CertificateDetails.extensions} has them. @see RFC 5280 §4.2.1 */
export const OID = {
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  nameConstraints: '551d1e',
  crlDistributionPoints: '551d1f',
  certificatePolicies: '551d20',
  policyMappings: '551d21',
  policyConstraints: '551d24',
  extendedKeyUsage: '551d25',
  inhibitAnyPolicy: '551d36',
} as const;

/** RSA and ECDSA with SHA-256, SHA-384 and SHA-512, Ed25519, Ed448. @see RFC 8017 A.2.4, RFC 5758 §3.2, RFC 8410 §3 */
const STRONG: ReadonlySet<string> = new Set([
  ...['0b', '0c', '0d'].map((last) => `2a864886f70d0101${last}`),
  ...['02', '03', '04'].map((last) => `2a8648ce3d0403${last}`),
  '2b6570',
  '2b6571',
]);
/** RSASSA-PSS, which names its hash in its parameters; SHA-1 where it names none. @see RFC 8017 A.2.3 */
const PSS = '2a864886f70d01010a';
const STRONG_HASHES: ReadonlySet<string> = new Set(['01', '02', '03'].map((last) => `6086480165030402${last}`));

const [SEQUENCE, BOOLEAN, OCTET_STRING, OBJECT_ID, FIRST_FIELD, EXTENSIONS] = [0x30, 0x01, 0x04, 0x06, 0xa0, 0xa3];

/**
 * Reads a certificate's signature algorithm and its extensions.
 *
 * @returns undefined if they cannot be read, or an extension is a duplicate.
 * @see RFC 5280 §4.1
 */
export function readDetails({ raw }: X509Certificate): CertificateDetails | undefined {
  const [certificate] = derValues(raw) ?? [];
  const [tbs, algorithm] = derValues(certificate?.content) ?? [];
  const fields = derValues(tbs?.content);
  if (fields === undefined || algorithm === undefined) return undefined;
  const extensions = readExtensions(fields.find(({ tag }) => tag === EXTENSIONS));
  return extensions && { isStronglySigned: isStrong(algorithm), extensions };
}

function isStrong(algorithm: DerValue): boolean {
  const [oid, parameters] = derValues(algorithm.content) ?? [];
  const name = hexOf(oid);
  return name === PSS ? STRONG_HASHES.has(hashOfPss(parameters)) : STRONG.has(name);
}

function hashOfPss(parameters: DerValue | undefined): string {
  const hash = derValues(parameters?.content)?.find(({ tag }) => tag === FIRST_FIELD);
  const [algorithm] = derValues(hash?.content) ?? [];
  const [oid] = derValues(algorithm?.content) ?? [];
  return hexOf(oid);
}

function hexOf(oid: DerValue | undefined): string {
  return oid?.tag === OBJECT_ID ? oid.content.toString('hex') : '';
}

function readExtensions(field: DerValue | undefined): ReadonlyMap<string, Extension> | undefined {
  const found = new Map<string, Extension>();
  if (field === undefined) return found;
  const [list] = derValues(field.content) ?? [];
  for (const each of derValues(list?.content) ?? [undefined]) {
    const extension = each?.tag === SEQUENCE ? readExtension(derValues(each.content)) : undefined;
    if (extension === undefined || found.has(extension.oid)) return undefined;
    found.set(extension.oid, extension);
  }
  return found;
}

function readExtension(parts: readonly DerValue[] = []): (Extension & { oid: string }) | undefined {
  const [oid, ...rest] = parts;
  const critical = rest.find(({ tag }) => tag === BOOLEAN);
  const value = rest.at(-1);
  if (oid?.tag !== OBJECT_ID || value?.tag !== OCTET_STRING) return undefined;
  return { oid: oid.content.toString('hex'), isCritical: critical !== undefined && critical.content[0] !== 0, value: value.content };
}
