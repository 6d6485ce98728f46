import { createPrivateKey, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import forge from 'node-forge';
import { loadKeyMaterial, loadTrust } from '../../../lib/tls/key-material.js';
import { readPkcs12 } from '../../../lib/tls/pkcs12.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../../support/certificates.js';
import { mistakeIn } from '../../support/mistake-in.js';

const { asn1 } = forge;
const { Class, Type } = asn1;
const make = (type: forge.asn1.Type, value: string | forge.asn1.Asn1[]) =>
  asn1.create(Class.UNIVERSAL, type, typeof value !== 'string', value as string);
const sequence = (...parts: forge.asn1.Asn1[]) => make(Type.SEQUENCE, parts);
const octets = (content: Buffer | forge.asn1.Asn1) =>
  make(Type.OCTETSTRING, Buffer.isBuffer(content) ? content.toString('binary') : asn1.toDer(content).getBytes());
const within = (oid: string, value: forge.asn1.Asn1) =>
  sequence(make(Type.OID, asn1.oidToDer(oid).getBytes()), asn1.create(Class.CONTEXT_SPECIFIC, 0 as never, true, [value]));
const data = (value: forge.asn1.Asn1) => within('1.2.840.113549.1.7.1', octets(value));

const keyBag = (pkcs8: Buffer) => within('1.2.840.113549.1.12.10.1.1', asn1.fromDer(pkcs8.toString('binary')));
const nameOf = (name: string) =>
  sequence(make(Type.OID, asn1.oidToDer('1.2.840.113549.1.9.20').getBytes()), make(Type.SET, [make(Type.BMPSTRING, name)]));
const certificateBag = (der: Buffer) => within('1.2.840.113549.1.12.10.1.3', within('1.2.840.113549.1.9.22.1', octets(der)));
/** A PKCS#12 file that is not encrypted, and has no code over its content. */
const pkcs12 = (...bags: forge.asn1.Asn1[]) =>
  Buffer.from(asn1.toDer(sequence(make(Type.INTEGER, '\x03'), data(sequence(data(sequence(...bags)))))).getBytes(), 'binary');

const certificateOf = ({ certPem }: IssuedCertificate) => certificateBag(new X509Certificate(certPem).raw);
const keyOf = ({ keyPem }: IssuedCertificate) => keyBag(createPrivateKey(keyPem).export({ format: 'der', type: 'pkcs8' }));
const pemOf = (...all: IssuedCertificate[]) => all.map(({ certPem }) => String(new X509Certificate(certPem))).join('');

const STORE = { path: 'own.p12', password: '' };
const key = (...bags: forge.asn1.Asn1[]) => loadKeyMaterial(STORE, 'key', () => pkcs12(...bags));
const trust = (...bags: forge.asn1.Asn1[]) => loadTrust(STORE, 'cert', () => pkcs12(...bags));
describe('a PKCS#12 file', () => {
  let root: TestCa;
  let middle: TestCa;
  let leaf: IssuedCertificate;
  let stranger: IssuedCertificate;
  beforeAll(async () => {
    root = await createTestCa({ cn: 'Root' });
    middle = await root.intermediate();
    leaf = await middle.issue();
    stranger = await createTestCa({ cn: 'Stranger' });
  });

  it('may have its certificates in any order: that of the key comes first, and then each issuer', () => {
    const bags = [root, stranger, leaf, middle].map(certificateOf);
    expect(key(...bags, keyOf(leaf)).cert).toBe(pemOf(leaf, middle, root));
    expect(key(keyOf(leaf), ...bags.toReversed()).cert).toBe(pemOf(leaf, middle, root));
    expect(key(keyOf(leaf), certificateOf(leaf), certificateOf(root)).cert).toBe(pemOf(leaf));
    expect(key(keyOf(root), certificateOf(root)).cert).toBe(pemOf(root));
  });

  it.each(['ec', 'rsa', 'ed25519'] as const)('may hold a key of the type %s', async (keyType) => {
    const own = await root.issue({ keyType });
    const material = key(keyOf(own), certificateOf(own));
    expect(createPrivateKey(material.key).equals(createPrivateKey(own.keyPem))).toBe(true);
    expect(material.cert).toBe(pemOf(own));
  });

  it('is refused without a key, with two, and with one of which it has no certificate', () => {
    const must = 'key.path: the file "own.p12" must hold one private key, and holds';
    expect(mistakeIn(() => key(certificateOf(leaf)))).toContain(`${must} 0.`);
    expect(mistakeIn(() => key(certificateOf(leaf), keyOf(leaf), keyOf(middle)))).toContain(`${must} 2.`);
    expect(mistakeIn(() => key(certificateOf(root), keyOf(leaf)))).toContain('key.path: the file "own.p12" holds no certificate of its');
  });

  it('is refused where a key or a certificate in it is damaged', () => {
    const notOne = Buffer.from('3003020100', 'hex');
    expect(mistakeIn(() => key(certificateOf(leaf), keyBag(notOne)))).toContain(
      'key.path: the private key in the file "own.p12" cannot be read.',
    );
    expect(mistakeIn(() => trust(certificateOf(leaf), certificateBag(notOne)))).toContain(
      'cert.path: a certificate in the file "own.p12" is damaged',
    );
  });

  it('is not repeated where its Base64 is given in place of its path', () => {
    const path = `MIIK${'aB3d'.repeat(60)}`;
    let failed: unknown;
    try {
      readPkcs12({ path, password: 'x' }, 'key');
    } catch (error) {
      failed = error;
    }
    const message = 'key.path: must be the path of a file, but looks like the Base64 of a key with other characters in it.';
    expect(failed).toMatchObject({ message: expect.stringContaining(message) });
    expect(inspect(failed)).not.toContain('aB3d');
  });

  it('gives the certificates that have a name by that name, and the others without one', () => {
    const named = certificateOf(leaf);
    (named.value as forge.asn1.Asn1[]).push(make(Type.SET, [nameOf('ballerina')]));
    const { aliases, certificates } = readPkcs12(STORE, 'trustStore', () => pkcs12(certificateOf(root), named));
    expect(certificates.map(String)).toEqual([pemOf(root), pemOf(leaf)]);
    expect(aliases.map(({ alias, certificate }) => [alias, String(certificate)])).toEqual([['ballerina', pemOf(leaf)]]);
  });

  it('is trusted with all its certificates, and needs one', () => {
    expect(trust(certificateOf(root), certificateOf(stranger))).toEqual([pemOf(root), pemOf(stranger)]);
    expect(mistakeIn(() => trust(keyOf(leaf)))).toContain('cert.path: the file "own.p12" holds no certificate to trust.');
  });
});
