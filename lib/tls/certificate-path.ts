import type { X509Certificate } from 'node:crypto';
import { resultOf } from '../errors.js';
import { type CertificateDetails, OID, readDetails } from './certificate-extensions.js';
import { derValues } from './der.js';
import { hasWeakKey } from './weak-key.js';

/** When every certificate of a path is valid, in milliseconds since the epoch. */
export interface Validity {
  readonly validFrom: number;
  readonly validTo: number;
}

/** The result of verifying a certificate. */
export type PathVerdict = (Validity & { readonly kind: 'verified' }) | { readonly kind: 'refused'; readonly reason: PathRefusal };

/** Why a certificate was not verified: no path leads to a trusted CA, it is not for TLS clients, or its signature is weak. */
export type PathRefusal = 'unverified' | 'wrong_purpose' | 'weak_signature';

/** The most certificates that are accepted beside that of the client, so that no client makes the application verify many signatures. */
const MAX_OTHERS = 8;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
/** Bits of the first byte of `keyUsage`. @see RFC 5280 §4.2.1.3 */
const [DIGITAL_SIGNATURE, KEY_AGREEMENT] = [0x80, 0x08];

/** The extensions that may be critical: they are checked here or by OpenSSL, or restrict nothing. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.crlDistributionPoints,
  OID.certificatePolicies,
  OID.extendedKeyUsage,
]);
/** Restrictions of the certificates below a CA that are not checked here: a CA with one of them is not accepted. */
const RESTRICTIONS = [OID.nameConstraints, OID.policyMappings, OID.policyConstraints, OID.inhibitAnyPolicy];

interface Search {
  readonly anchors: readonly X509Certificate[];
  /** The certificates that were not tried yet: each one is tried once. */
  readonly left: Set<X509Certificate>;
  readonly isUsable: (certificate: X509Certificate) => boolean;
}

/**
 * Verifies a client certificate: a path of signatures leads to one of the trusted certificates. The times are given, not compared: compare them on
 * every request. Revocation is not checked.
 *
 * @param others - what the client sent beside its certificate; nothing of it is trusted by itself.
 * @param anchors - the trusted certificates: CAs, or a certificate that is trusted by itself.
 * @param now - milliseconds since the epoch: where several paths lead to a trusted certificate, one that is valid now is chosen.
 * @see RFC 5280 §6.1
 */
export function verifyPath(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  now: number,
): PathVerdict {
  const details = readDetails(leaf);
  if (details === undefined || others.length > MAX_OTHERS || hasUnknownCritical(details)) return refused('unverified');
  if (!isForClients(leaf, details) || !maySign(details)) return refused('wrong_purpose');
  if (anchors.some(({ raw }) => raw.equals(leaf.raw))) return { kind: 'verified', ...validityOf([leaf]) };
  if (!details.isStronglySigned) return refused('weak_signature');
  const issuers = others.filter(mayIssue);
  const path =
    findPath(leaf, 0, { anchors, left: new Set(issuers), isUsable: (each) => isValidAt(each, now) }) ??
    findPath(leaf, 0, { anchors, left: new Set(issuers), isUsable: () => true });
  return path === undefined ? refused('unverified') : { kind: 'verified', ...validityOf([leaf, ...path]) };
}

/** Whether a certificate may be a trusted CA: it is a CA, its key is strong, and it has no restrictions that are not checked here. */
export function mayBeAnchor(certificate: X509Certificate): boolean {
  const details = readDetails(certificate);
  return details !== undefined && isFitIssuer(certificate, details);
}

/** The issuers of `subject` up to a trusted one. @param depth - the number of CAs below the one that is looked for. */
function findPath(subject: X509Certificate, depth: number, search: Search): readonly X509Certificate[] | undefined {
  const isNext = (issuer: X509Certificate) => search.isUsable(issuer) && isIssuedBy(subject, issuer) && pathLength(issuer) >= depth;
  const anchor = search.anchors.find((each) => isNext(each) && mayBeAnchor(each));
  if (anchor !== undefined) return [anchor];
  for (const issuer of [...search.left].filter(isNext)) {
    const rest = search.left.delete(issuer) ? findPath(issuer, depth + 1, search) : undefined;
    if (rest !== undefined) return [issuer, ...rest];
  }
  return undefined;
}

/**
 * Whether a certificate was issued by another one. By the names alone, a CA could be its own issuer, or that of a namesake: names, key
 * identifiers and the permission to sign are OpenSSL's to check; so is the signature. A key that cannot be read has signed nothing.
 */
export function isIssuedBy(subject: X509Certificate, issuer: X509Certificate): boolean {
  return resultOf(() => subject.checkIssued(issuer) && subject.verify(issuer.publicKey)) === true;
}

/** Whether a certificate was issued by itself. `checkIssued()` would be false for one that is not a CA: it may not sign certificates, including itself. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && resultOf(() => certificate.verify(certificate.publicKey)) === true;
}

/** A CA that the client sent: its own signature must be strong, too. */
function mayIssue(certificate: X509Certificate): boolean {
  const details = readDetails(certificate);
  return details?.isStronglySigned === true && isFitIssuer(certificate, details);
}

function isFitIssuer(certificate: X509Certificate, details: CertificateDetails): boolean {
  if (!certificate.ca || hasUnknownCritical(details) || !isForClients(certificate, details)) return false;
  return !RESTRICTIONS.some((oid) => details.extensions.has(oid)) && !hasWeakKey(certificate);
}

function hasUnknownCritical({ extensions }: CertificateDetails): boolean {
  return [...extensions].some(([oid, { isCritical }]) => isCritical && !UNDERSTOOD.has(oid));
}

/** An extended key usage, if there is one, must include TLS clients. Node calls it `keyUsage`. */
function isForClients({ keyUsage }: X509Certificate, { extensions }: CertificateDetails): boolean {
  return !extensions.has(OID.extendedKeyUsage) || keyUsage?.includes(CLIENT_AUTH) === true;
}

/** Whether the key may sign a TLS handshake, or agree on its keys. */
function maySign({ extensions }: CertificateDetails): boolean {
  const usage = extensions.get(OID.keyUsage);
  if (usage === undefined) return true;
  const bits = derValues(usage.value)?.[0]?.content[1] ?? 0;
  return (bits & (DIGITAL_SIGNATURE | KEY_AGREEMENT)) !== 0;
}

/**
 * How many CAs may follow below this one; any number if it has no limit, and none if that cannot be read: OpenSSL reads forms that DER does not have.
 * `SEQUENCE { cA BOOLEAN, pathLenConstraint INTEGER OPTIONAL }`
 */
function pathLength(issuer: X509Certificate): number {
  const constraints = readDetails(issuer)?.extensions.get(OID.basicConstraints);
  const [sequence] = derValues(constraints?.value) ?? [];
  const parts = derValues(sequence?.content);
  if (parts === undefined) return Number.NEGATIVE_INFINITY;
  const length = parts.find(({ tag }) => tag === 0x02)?.content;
  if (length === undefined) return Number.POSITIVE_INFINITY;
  return length.length === 1 ? (length[0] ?? 0) : MAX_OTHERS;
}

function validityOf(path: readonly X509Certificate[]): Validity {
  const from = path.map(({ validFrom }) => Date.parse(validFrom));
  const to = path.map(({ validTo }) => Date.parse(validTo));
  return { validFrom: Math.max(...from), validTo: Math.min(...to) };
}

/** A time that cannot be read is not valid. */
function isValidAt(certificate: X509Certificate, now: number): boolean {
  const { validFrom, validTo } = validityOf([certificate]);
  return validFrom <= now && now <= validTo;
}

function refused(reason: PathRefusal): PathVerdict {
  return { kind: 'refused', reason };
}
