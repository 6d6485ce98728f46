import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { isSelfSigned, mayBeAnchor, verifyPath } from '../../../lib/tls/certificate-path.js';
import {
  type CertificateRequest,
  createSelfSigned,
  createTestCa,
  type IssuedCertificate,
  type TestCa,
} from '../../support/certificates.js';

const parse = ({ certPem }: IssuedCertificate) => new X509Certificate(certPem);
const DAY = 86_400_000;
const NULL = Buffer.from('0500', 'hex');

/** `NameConstraints` that permit the domain `x` only. */
const nameConstraints = (isCritical: boolean) => new x509.Extension('2.5.29.30', isCritical, Buffer.from('3007a0053003820178', 'hex'));

describe('the path of a client certificate', () => {
  let root: TestCa;
  beforeAll(async () => {
    root = await createTestCa({ cn: 'Root' });
  });

  const verify = (leaf: IssuedCertificate, others: readonly IssuedCertificate[] = [], anchors: readonly IssuedCertificate[] = [root]) =>
    verifyPath(parse(leaf), others.map(parse), anchors.map(parse), Date.now());
  /** What becomes of a client of a CA below the root. */
  const below = async (request: CertificateRequest, client: CertificateRequest = {}) => {
    const sub = await root.intermediate(request);
    return verify(await sub.issue(client), [sub]).kind;
  };

  it('leads to a trusted CA, and lasts as long as every certificate of it', async () => {
    const sub = await root.intermediate({ notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + DAY / 2) });
    const leaf = await sub.issue({ days: 1 });
    const verdict = verify(leaf, [sub]);
    expect(verdict).toEqual({ kind: 'verified', validFrom: Date.parse(parse(leaf).validFrom), validTo: Date.parse(parse(sub).validTo) });
    expect(verify(await root.issue())).toMatchObject({ kind: 'verified' });
    expect(verify(leaf, [], [sub])).toMatchObject({ kind: 'verified' });
  });

  it('is found in any order, among certificates that do not belong to it', async () => {
    const [one, stranger] = [await root.intermediate({ cn: 'one' }), await createTestCa({ cn: 'one' })];
    const two = await one.intermediate({ cn: 'two' });
    const leaf = await two.issue();
    expect(verify(leaf, [leaf, stranger, root, one, two]).kind).toBe('verified');
    expect(verify(leaf, [two]).kind).toBe('refused');
    expect(verify(leaf, [one]).kind).toBe('refused');
  });

  it('is refused where it leads to somebody else’s CA of the same name', async () => {
    const fake = await createTestCa({ cn: 'Root' });
    const sub = await fake.intermediate();
    expect(verify(await fake.issue(), [])).toEqual({ kind: 'refused', reason: 'unverified' });
    expect(verify(await fake.issue(), [fake])).toEqual({ kind: 'refused', reason: 'unverified' });
    expect(verify(await sub.issue(), [sub, fake])).toEqual({ kind: 'refused', reason: 'unverified' });
  });

  it('is refused where the client made its own certificate, unless that is trusted by itself', async () => {
    const own = await createSelfSigned({ cn: 'alice' });
    expect(verify(own, [own]).kind).toBe('refused');
    const { validFrom, validTo } = parse(own);
    expect(verify(own, [], [root, own])).toEqual({ kind: 'verified', validFrom: Date.parse(validFrom), validTo: Date.parse(validTo) });
    // Another one of the same name.
    expect(verify(await createSelfSigned({ cn: 'alice' }), [], [root, own]).kind).toBe('refused');
  });

  it('is refused where a client’s certificate issued another one', async () => {
    const { keyCertSign, digitalSignature } = x509.KeyUsageFlags;
    expect(await below({ keyUsage: digitalSignature })).toBe('refused');
    expect(await below({ keyUsage: keyCertSign })).toBe('verified');
    const own = await createSelfSigned({ cn: 'alice', keyUsage: keyCertSign });
    expect([own, root].map((each) => mayBeAnchor(parse(each)))).toEqual([false, true]);
    expect(verify(await root.issue(), [own]).kind).toBe('verified');
  });

  it('is refused where it is longer than a CA allows', async () => {
    expect(await below({ pathLength: 0 })).toBe('verified');
    const narrow = await root.intermediate({ cn: 'narrow', pathLength: 0 });
    const sub = await narrow.intermediate({ cn: 'sub' });
    expect(verify(await sub.issue(), [sub, narrow]).kind).toBe('refused');
    for (const pathLength of [1, 200]) {
      const wide = await root.intermediate({ cn: 'wide', pathLength });
      const allowed = await wide.intermediate({ cn: 'allowed' });
      expect(verify(await allowed.issue(), [allowed, wide]).kind).toBe('verified');
    }
    const anchor = await createTestCa({ cn: 'anchor', pathLength: 0 });
    const ofAnchor = await anchor.intermediate({ cn: 'of anchor' });
    expect(verify(await ofAnchor.issue(), [ofAnchor], [anchor]).kind).toBe('refused');
  });

  it('is refused where a CA does not say that it is one, or says it in a form that is not DER', async () => {
    const oid = '2.5.29.19';
    const saying = (hex: string) => ({ without: [oid], more: [new x509.Extension(oid, true, Buffer.from(hex, 'hex'))] });
    expect(await below(saying('30030101ff'))).toBe('verified');
    expect(await below({ without: [oid] })).toBe('refused');
    // OpenSSL reads these two: a CA, and a CA that may have no other below it.
    for (const hex of ['30800101ff0000', '30800101ff0201000000']) expect(await below(saying(hex))).toBe('refused');
  });

  it('is refused where the trusted CA does not say that it is one', async () => {
    const silent = await createTestCa({ cn: 'Silent', without: ['2.5.29.19'] });
    expect(verify(await silent.issue(), [], [silent])).toEqual({ kind: 'refused', reason: 'unverified' });
  });

  it('is refused where a certificate of it has an extension twice', async () => {
    const twice = { more: [1, 2].map(() => new x509.Extension('1.2.3.4', false, NULL)) };
    expect(verify(await root.issue(twice))).toEqual({ kind: 'refused', reason: 'unverified' });
    expect(await below(twice)).toBe('refused');
    const anchor = await createTestCa({ cn: 'Twice', ...twice });
    expect(mayBeAnchor(parse(anchor))).toBe(false);
    expect(verify(await anchor.issue(), [], [anchor])).toEqual({ kind: 'refused', reason: 'unverified' });
    // It does no harm beside a path without it.
    expect(verify(await root.issue(), [anchor]).kind).toBe('verified');
  });

  it('is refused where a CA is for servers only, has a short key, or restricts what is not checked', async () => {
    expect(await below({ eku: ['serverAuth'] })).toBe('refused');
    expect(await below({ eku: ['clientAuth'] })).toBe('verified');
    expect(await below({ keyType: 'rsa', keySize: 1024 })).toBe('refused');
    expect(await below({ keyType: 'rsa' })).toBe('verified');
    for (const isCritical of [true, false]) expect(await below({ more: [nameConstraints(isCritical)] })).toBe('refused');
    expect(await below({ more: [new x509.Extension('1.2.3.4', true, NULL)] })).toBe('refused');
    expect(await below({ more: [new x509.Extension('1.2.3.4', false, NULL)] })).toBe('verified');
  });

  it('is refused where the trusted CA is for servers only, has a short key, or restricts what is not checked', async () => {
    for (const request of [{ eku: ['serverAuth'] }, { keyType: 'rsa', keySize: 1024 }, { more: [nameConstraints(false)] }] as const) {
      const unfit = await createTestCa({ cn: 'Unfit', ...request });
      expect(verify(await unfit.issue(), [], [unfit])).toEqual({ kind: 'refused', reason: 'unverified' });
    }
  });

  it('is refused where the certificate is not for clients', async () => {
    expect(verify(await root.issue({ eku: ['serverAuth'] }))).toEqual({ kind: 'refused', reason: 'wrong_purpose' });
    expect(verify(await root.issue({ keyUsage: x509.KeyUsageFlags.keyEncipherment }))).toEqual({
      kind: 'refused',
      reason: 'wrong_purpose',
    });
    expect(verify(await root.issue({ keyUsage: x509.KeyUsageFlags.keyAgreement })).kind).toBe('verified');
    const oid = '2.5.29.15';
    expect(verify(await root.issue({ without: [oid] })).kind).toBe('verified');
    for (const unreadable of ['', '0500', '0302', '030100']) {
      const usage = new x509.Extension(oid, true, Buffer.from(unreadable, 'hex'));
      expect(verify(await root.issue({ without: [oid], more: [usage] }))).toEqual({ kind: 'refused', reason: 'wrong_purpose' });
    }
    const eku = '2.5.29.37';
    const withoutPurpose = { without: [eku], more: [new x509.Extension(eku, false, NULL)] };
    expect(verify(await root.issue(withoutPurpose))).toEqual({ kind: 'refused', reason: 'wrong_purpose' });
    expect(await below(withoutPurpose)).toBe('refused');
    const critical = await root.issue({ more: [new x509.Extension('1.2.3.4', true, NULL)] });
    expect(verify(critical)).toEqual({ kind: 'refused', reason: 'unverified' });
  });

  it('is refused where SHA-1 signed any part of it', async () => {
    expect(verify(await root.issue({ hash: 'SHA-1' }))).toEqual({ kind: 'refused', reason: 'weak_signature' });
    const sub = await root.intermediate({ hash: 'SHA-1' });
    expect(verify(await sub.issue(), [sub])).toEqual({ kind: 'refused', reason: 'unverified' });
    expect(verify(await root.issue({ hash: 'SHA-384' })).kind).toBe('verified');
    // Nobody relies on a trusted CA's signature of itself.
    const old = await createTestCa({ cn: 'old', hash: 'SHA-1' });
    expect(verify(await old.issue(), [], [old]).kind).toBe('verified');
  });

  it('says when it is over: the caller compares the times', async () => {
    const over = await root.intermediate({ notBefore: new Date(Date.now() - 2 * DAY), notAfter: new Date(Date.now() - DAY) });
    const verdict = verify(await over.issue(), [over]);
    expect(verdict).toMatchObject({ kind: 'verified', validTo: Date.parse(parse(over).validTo) });
  });

  it('is one that is valid now, where several lead to a trusted CA', async () => {
    const leaf = parse(await root.issue({ days: 3 }));
    const now = Math.ceil(Date.now() / 1000) * 1000;
    /** The CA with another validity period. */
    const during = (from: number, to: number) => {
      const [validFrom, validTo] = [from, to].map((time) => ({ value: new Date(time).toUTCString() }));
      return Object.defineProperties(parse(root), { validFrom, validTo } as PropertyDescriptorMap);
    };
    const unreadable = Object.defineProperty(parse(root), 'validTo', { value: 'Bad time value' });
    const good = during(now - DAY, now + DAY);
    const endOf = (...anchors: X509Certificate[]) => verifyPath(leaf, [], anchors, now);
    for (const bad of [during(now - DAY, now - 1000), during(now + 1000, now + 2 * DAY), unreadable])
      expect(endOf(bad, good)).toMatchObject({ kind: 'verified', validTo: now + DAY });
    // From its first moment to its last.
    expect(endOf(during(now, now + 2 * DAY), good)).toMatchObject({ validTo: now + 2 * DAY });
    expect(endOf(during(now - 2 * DAY, now), good)).toMatchObject({ validTo: now });
  });

  it('does not verify hundreds of signatures for one client', async () => {
    const many = await Promise.all(Array.from({ length: 9 }, () => createTestCa({ cn: 'Root' })));
    const leaf = await root.issue();
    expect(verify(leaf, many)).toEqual({ kind: 'refused', reason: 'unverified' });
    expect(verify(leaf, many.slice(1)).kind).toBe('verified');
  });
});

describe('a certificate that was issued by itself', () => {
  it('has the name of its issuer, and is signed with its own key', async () => {
    const { publicKey, privateKey } = (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])) as webcrypto.CryptoKeyPair;
    const named = async (subject: string, issuer: string) => {
      const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
      const made = await x509.X509CertificateGenerator.create({ subject, issuer, publicKey, signingKey: privateKey, signingAlgorithm });
      return new X509Certificate(made.toString('pem'));
    };
    expect(isSelfSigned(await named('CN=a', 'CN=a'))).toBe(true);
    // The CA of that name may have the same key.
    expect(isSelfSigned(await named('CN=a', 'CN=b'))).toBe(false);
    const root = await createTestCa({ cn: 'Root' });
    expect(isSelfSigned(parse(await root.intermediate({ cn: 'Root' })))).toBe(false);
  });
});
