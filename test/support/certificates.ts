import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import forge from 'node-forge';

/** A certificate and its private key, as PEM. */
export interface IssuedCertificate {
  readonly certPem: string;
  readonly keyPem: string;
  readonly serialNumber: string;
}

/** What a certificate says; everything has a default. */
export interface CertificateRequest {
  /** The subject's common name; `subject` stands in its place. */
  readonly cn?: string;
  /** The whole subject: attributes in the order of the encoding, most general first (`[{ C: ['LK'] }, { CN: ['a'] }]`), or an RFC 4514-like string. */
  readonly subject?: x509.X509CertificateCreateParamsName;
  /** Alternative names: `localhost`, `DNS:…`, `IP:…`, `URI:…`, `email:…`. A certificate without any names nobody. @defaultValue localhost and 127.0.0.1 */
  readonly sans?: readonly string[];
  /** Makes a certificate that may issue others. */
  readonly ca?: boolean;
  /** Days that it is valid from now on. @defaultValue 1 */
  readonly days?: number;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** @defaultValue 'ec' */
  readonly keyType?: 'ec' | 'rsa' | 'ed25519';
  /** Bits of an RSA key. @defaultValue 2048 */
  readonly keySize?: number;
  /** What the key may be used for. @defaultValue both */
  readonly eku?: readonly ('clientAuth' | 'serverAuth')[];
  /** How many CAs may stand below this one. @defaultValue any number */
  readonly pathLength?: number;
  /** Bits of `keyUsage`. @defaultValue what a CA or a client needs */
  readonly keyUsage?: x509.KeyUsageFlags;
  /** The OIDs of extensions that it does not have. */
  readonly without?: readonly string[];
  /** Extensions beside those that the other fields make. */
  readonly more?: readonly x509.Extension[];
  /** The hash of the issuer's signature. @defaultValue 'SHA-256' */
  readonly hash?: 'SHA-1' | 'SHA-256' | 'SHA-384';
}

/** A certificate authority that lives in the test. */
export interface TestCa extends IssuedCertificate {
  /** Issues an end-entity certificate (or a CA's, with `ca: true`). */
  issue(request?: CertificateRequest): Promise<IssuedCertificate>;
  /** Issues a CA certificate and gives a CA that issues with it. */
  intermediate(request?: CertificateRequest): Promise<TestCa>;
  /** A revocation list (PEM) that names these certificates; good until `nextUpdate`, a day from now unless given. */
  crl(revoked: readonly IssuedCertificate[], nextUpdate?: Date): Promise<string>;
}

interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

const DAY = 86_400_000;
const EKU = { clientAuth: x509.ExtendedKeyUsage.clientAuth, serverAuth: x509.ExtendedKeyUsage.serverAuth };

/** Makes a self-signed root CA. */
export async function createTestCa(request: CertificateRequest = {}): Promise<TestCa> {
  return caOf(await certify({ cn: 'Test Root CA', ...request, ca: true }));
}

/** Makes a self-signed end-entity certificate, as one that is trusted by itself. */
export async function createSelfSigned(request: CertificateRequest = {}): Promise<IssuedCertificate> {
  return exported(await certify(request));
}

/** The certificate with another identifier in the place of that of keys on elliptic curves: Node reads it, and cannot read its key. */
export function withUnreadableKey(certPem: string): string {
  const der = new X509Certificate(certPem).raw;
  der[der.indexOf(Buffer.from('2a8648ce3d0201', 'hex')) + 6] = 0x63;
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

/** Packs a certificate with an RSA key (and its CAs) into a PKCS#12 file. */
export function toPkcs12({ certPem, keyPem }: IssuedCertificate, password: string, cas: readonly string[] = []): Buffer {
  const certificates = [certPem, ...cas].map((pem) => forge.pki.certificateFromPem(pem));
  const key = forge.pki.privateKeyFromPem(keyPem) as forge.pki.rsa.PrivateKey;
  return encodePkcs12(forge.pkcs12.toPkcs12Asn1(key, certificates, password, { algorithm: 'aes256' }));
}

/** Packs certificates with RSA keys into a PKCS#12 trust store, which holds no key. */
export function toTrustStore(certificates: readonly string[], password: string): Buffer {
  const parsed = certificates.map((pem) => forge.pki.certificateFromPem(pem));
  return encodePkcs12(forge.pkcs12.toPkcs12Asn1(null, parsed, password, { algorithm: 'aes256' }));
}

function encodePkcs12(asn1: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');
}

function caOf(issuer: Issuer & IssuedCertificate): TestCa {
  return {
    ...exported(issuer),
    issue: async (request = {}) => exported(await certify(request, issuer)),
    intermediate: async (request = {}) => caOf(await certify({ cn: 'Test Intermediate CA', ...request, ca: true }, issuer)),
    crl: (revoked, nextUpdate) => revoke(issuer, revoked, nextUpdate),
  };
}

function exported({ certPem, keyPem, serialNumber }: IssuedCertificate): IssuedCertificate {
  return { certPem, keyPem, serialNumber };
}

async function certify(request: CertificateRequest, issuer?: Issuer): Promise<Issuer & IssuedCertificate> {
  const keys = await generateKeys(request);
  const signer = issuer?.keys ?? keys;
  const subject = request.subject ?? [{ CN: [request.cn ?? 'localhost'] }];
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: issuer?.certificate.subjectName ?? subject,
    notBefore: request.notBefore ?? new Date(Date.now() - 60_000),
    notAfter: request.notAfter ?? new Date(Date.now() + (request.days ?? 1) * DAY),
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: signingAlgorithm(signer.privateKey, request.hash),
    extensions: [...(await extensionsOf(request, keys.publicKey)), ...(request.more ?? [])],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const keyPem = `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`;
  return { certificate, keys, certPem: `${certificate.toString('pem')}\n`, keyPem, serialNumber: certificate.serialNumber };
}

async function extensionsOf(request: CertificateRequest, publicKey: webcrypto.CryptoKey): Promise<x509.Extension[]> {
  const all = await usualExtensionsOf(request, publicKey);
  return all.filter(({ type }) => request.without?.includes(type) !== true);
}

async function usualExtensionsOf(request: CertificateRequest, publicKey: webcrypto.CryptoKey): Promise<x509.Extension[]> {
  const subjectKey = await x509.SubjectKeyIdentifierExtension.create(publicKey);
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;
  if (request.ca)
    return [
      new x509.BasicConstraintsExtension(true, request.pathLength, true),
      new x509.KeyUsagesExtension(request.keyUsage ?? keyCertSign | cRLSign | digitalSignature, true),
      ...(request.eku === undefined ? [] : [new x509.ExtendedKeyUsageExtension(request.eku.map((use) => EKU[use]))]),
      subjectKey,
    ];
  const names = (request.sans ?? ['localhost', 'IP:127.0.0.1']).map(toGeneralName);
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(request.keyUsage ?? digitalSignature, true),
    new x509.ExtendedKeyUsageExtension((request.eku ?? ['clientAuth', 'serverAuth']).map((use) => EKU[use])),
    subjectKey,
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
  ];
}

function toGeneralName(name: string): { type: 'dns' | 'ip' | 'url' | 'email'; value: string } {
  const [, prefix, value = name] = /^(DNS|IP|URI|email):(.*)$/s.exec(name) ?? [];
  const types = { DNS: 'dns', IP: 'ip', URI: 'url', email: 'email' } as const;
  return { type: types[(prefix ?? 'DNS') as keyof typeof types], value };
}

async function generateKeys({ keyType = 'ec', keySize = 2048 }: CertificateRequest): Promise<webcrypto.CryptoKeyPair> {
  const algorithms = {
    ec: { name: 'ECDSA', namedCurve: 'P-256' },
    rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: keySize },
    ed25519: { name: 'Ed25519' },
  };
  return (await webcrypto.subtle.generateKey(algorithms[keyType], true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
}

function signingAlgorithm(key: webcrypto.CryptoKey, hash = 'SHA-256'): { name: string; hash: string } {
  return { name: key.algorithm.name, hash };
}

async function revoke(
  { certificate, keys }: Issuer,
  revoked: readonly IssuedCertificate[],
  nextUpdate = new Date(Date.now() + DAY),
): Promise<string> {
  const crl = await x509.X509CrlGenerator.create({
    issuer: certificate.subject,
    thisUpdate: new Date(Date.now() - 60_000),
    nextUpdate,
    signingAlgorithm: signingAlgorithm(keys.privateKey),
    signingKey: keys.privateKey,
    entries: revoked.map(({ serialNumber }) => ({ serialNumber, revocationDate: new Date(Date.now() - 1000) })),
  });
  return `${x509.PemConverter.encode(crl.rawData, 'X509 CRL')}\n`;
}
