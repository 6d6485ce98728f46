import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { pki } from 'node-forge';
import { requirePackage } from '../config/optional-package.js';
import { fieldError, within } from '../errors.js';
import { parseCertificate, type ReadFile, readBytes } from './pem.js';

type Forge = typeof import('node-forge');

/** A PKCS#12 file and its password. The path is relative to the working directory. */
export interface Pkcs12File {
  /** The file. */
  readonly path: string;
  /** The password that it is encrypted with. */
  readonly password: string;
}

/** The content of a PKCS#12 file. */
export interface Pkcs12Content {
  readonly keys: readonly KeyObject[];
  readonly certificates: readonly X509Certificate[];
  /** The certificates that have a name in the file, by that name. */
  readonly aliases: readonly { readonly alias: string; readonly certificate: X509Certificate }[];
}

/**
 * Reads a PKCS#12 file with the optional peer `node-forge`. Node can read one itself, but then it also trusts every CA in the file
 * without notice: the CA that issued the certificate of the server could issue client certificates.
 *
 * @throws AuthConfigurationError naming the field and the file.
 * @see RFC 7292
 */
export function readPkcs12({ path: file, password }: Pkcs12File, path: string, read?: ReadFile): Pkcs12Content {
  const forge = loadForge(path);
  const bytes = readBytes(file, `${path}.path`, read);
  const bags = parseBags(forge, bytes, { password, file, path });
  const certificates = bags.filter(isCertificateBag).map((bag) => ({ bag, certificate: toCertificate(forge, bag, file, path) }));
  return {
    keys: bags.filter(isKeyBag).map((bag) => toKey(forge, bag, file, path)),
    certificates: certificates.map(({ certificate }) => certificate),
    aliases: certificates.flatMap(({ bag, certificate }) => (bag.attributes.friendlyName ?? []).map((alias) => ({ alias, certificate }))),
  };
}

interface Bag {
  readonly type: string;
  readonly cert?: pki.Certificate | undefined;
  readonly key?: pki.PrivateKey | undefined;
  readonly asn1: import('node-forge').asn1.Asn1;
  readonly attributes: { readonly friendlyName?: readonly string[] };
}

const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';

function isKeyBag({ type }: Bag): boolean {
  return type === KEY_BAG || type === SHROUDED_KEY_BAG;
}

function isCertificateBag({ type }: Bag): boolean {
  return type === CERTIFICATE_BAG;
}

/** Loaded on demand and synchronously: Nest needs `httpsOptions` when it creates its server. */
function loadForge(path: string): Forge {
  return within(path, () => requirePackage<Forge>('node-forge', 'PKCS#12 files'));
}

interface Source {
  readonly password: string;
  readonly file: string;
  readonly path: string;
}

function parseBags(forge: Forge, bytes: Buffer, { password, file, path }: Source): readonly Bag[] {
  try {
    const pfx = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString('binary')), password);
    return pfx.safeContents.flatMap(({ safeBags }) => safeBags as Bag[]);
  } catch (error) {
    // The messages of node-forge may quote the file.
    const wrongPassword = error instanceof Error && /password|mac could not be verified/i.test(error.message);
    if (wrongPassword) throw fieldError(`${path}.password`, `does not open the PKCS#12 file "${file}".`);
    throw fieldError(`${path}.path`, `the file "${file}" cannot be read as PKCS#12.`);
  }
}

function toKey(forge: Forge, bag: Bag, file: string, path: string): KeyObject {
  try {
    // node-forge parses RSA keys only; for other keys it returns the PrivateKeyInfo.
    const info = bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1;
    return createPrivateKey({ key: toDer(forge, info), format: 'der', type: 'pkcs8' });
  } catch {
    throw fieldError(`${path}.path`, `the private key in the file "${file}" cannot be read.`);
  }
}

function toCertificate(forge: Forge, bag: Bag, file: string, path: string): X509Certificate {
  const asn1 = bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1;
  return parseCertificate(toDer(forge, asn1), `${path}.path`, `a certificate in the file "${file}"`);
}

function toDer(forge: Forge, asn1: import('node-forge').asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');
}
