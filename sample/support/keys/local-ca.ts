// x509 needs the metadata of decorators. Without this import it fails, but only when it is used.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { whileLocked } from './lock.js';

/** The PEM files of a certificate and its private key. */
export interface KeyFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** The uses that a certificate allows. */
export type Usage = 'serverAuth' | 'clientAuth';

/** A CA that exists only to issue the certificates of one sample. */
export interface LocalCa<N extends string> {
  /** The CA's common name. */
  readonly name: string;
  /** The certificates that it issues, by common name. */
  readonly issues: Readonly<Record<N, readonly Usage[]>>;
}

/** The certificates of a sample, as files. */
export interface IssuedCertificates<N extends string> {
  /** The folder that holds them. */
  readonly folder: string;
  /** The certificate of the CA that issued the others. */
  readonly caFile: string;
  /** The others, by common name. */
  readonly keys: Readonly<Record<N, KeyFiles>>;
}

interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

const DAY = 86_400_000;
const LIFETIME = 90 * DAY;
/** Certificates that expire sooner than this are replaced, so that none expires while a demo runs. */
const RESERVE = 7 * DAY;
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * Returns the certificates of a CA. Makes the CA and issues them if there are none yet, or if they expire soon.
 * Several processes may call it at the same time.
 */
export async function ensureIssued<N extends string>(folder: string, ca: LocalCa<N>): Promise<IssuedCertificates<N>> {
  const files = issuedIn(folder, ca);
  if (await isFresh(files)) return files;
  await whileLocked(`${folder}.lock`, async () => {
    if (!(await isFresh(files))) await issueAll(files, ca);
  });
  return files;
}

/** Returns where the certificates of a CA are, without issuing any. */
export function issuedIn<N extends string>(folder: string, { issues }: LocalCa<N>): IssuedCertificates<N> {
  const keyFiles = (name: string): KeyFiles => ({ certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) });
  const keys = Object.fromEntries(Object.keys(issues).map((name) => [name, keyFiles(name)])) as Record<N, KeyFiles>;
  return { folder, caFile: join(folder, 'ca.crt'), keys };
}

/** The CA's certificate is written last and expires with the others. A newer version of the sample may need more certificates. */
async function isFresh({ caFile, keys }: IssuedCertificates<string>): Promise<boolean> {
  try {
    await Promise.all(Object.values(keys).flatMap(({ certFile, keyFile }) => [access(certFile), access(keyFile)]));
    const { notAfter } = new x509.X509Certificate(await readFile(caFile, 'utf8'));
    return notAfter.getTime() > Date.now() + RESERVE;
  } catch {
    return false;
  }
}

async function issueAll<N extends string>({ folder, caFile, keys }: IssuedCertificates<N>, { name, issues }: LocalCa<N>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ca = await createCa(name);
  for (const [subject, usages] of Object.entries(issues) as [N, readonly Usage[]][]) await issue(ca, subject, usages, keys[subject]);
  // The key of the CA is never written, so no other certificate can be issued.
  await writeFile(caFile, ca.certificate.toString('pem'));
}

async function createCa(name: string): Promise<Issuer> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    ...validity(),
    keys,
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

async function issue(ca: Issuer, name: string, usages: readonly Usage[], { certFile, keyFile }: KeyFiles): Promise<void> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: ca.certificate.subject,
    ...validity(),
    publicKey: keys.publicKey,
    signingKey: ca.keys.privateKey,
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages.map((usage) => x509.ExtendedKeyUsage[usage])),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        // The host name of a service in a cluster.
        ...(usages.includes('serverAuth') ? [{ type: 'dns', value: name } as const] : []),
        { type: 'ip', value: '127.0.0.1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(ca.keys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  await writeFile(keyFile, x509.PemConverter.encode(key, 'PRIVATE KEY'), { mode: 0o600 });
  await writeFile(certFile, certificate.toString('pem'));
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  // Clocks of a container and its host differ by a little.
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + LIFETIME) };
}
