import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { isPemText, readCertificates, readPem } from '../../../lib/tls/pem.js';
import { toPemText } from '../../../lib/tls/pem-text.js';
import { readPrivateKey } from '../../../lib/tls/private-key.js';
import { createTestCa } from '../../support/certificates.js';
import { mistakeIn } from '../../support/mistake-in.js';
import { withoutHelp } from '../../support/without-help.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PKCS8 = { type: 'pkcs8', format: 'pem' } as const;
const encrypted = rsa.privateKey.export({ ...PKCS8, cipher: 'aes-256-cbc', passphrase: 'geheim' }).toString();
const legacy = rsa.privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'geheim' }).toString();

const base64Of = (pem: string) => pem.replaceAll(/-----[^-]+-----|\s/g, '');

/** What becomes of a PEM text on its way through files, shells and dashboards. */
const FORMS: readonly (readonly [string, (pem: string) => string])[] = [
  ['itself', (pem) => pem],
  ['no line break at its end', (pem) => pem.trimEnd()],
  ['CRLF', (pem) => pem.replaceAll('\n', '\r\n')],
  ['\\n', (pem) => pem.replaceAll('\n', '\\n')],
  ['\\r\\n', (pem) => pem.replaceAll('\n', '\\r\\n')],
  ['\\\\n', (pem) => pem.replaceAll('\n', '\\\\n')],
  ['blanks for line breaks', (pem) => pem.replaceAll('\n', ' ')],
  ['nothing for line breaks', (pem) => pem.replaceAll('\n', '')],
  ['double quotes', (pem) => `"${pem.replaceAll('\n', '\\n')}"`],
  ['single quotes', (pem) => `'${pem}'`],
  ['blanks within its quotes', (pem) => `' ${pem} '`],
  ['blanks around it', (pem) => `  \n${pem}\t`],
  ['a byte order mark', (pem) => `\uFEFF${pem}`],
  ['indented lines', (pem) => pem.replaceAll(/^/gm, '    ')],
  ['the Base64 of the whole', (pem) => Buffer.from(pem).toString('base64')],
  ['the Base64 of the whole in lines', (pem) => Buffer.from(pem).toString('base64').replaceAll(/.{76}/g, '$&\n')],
  ['the Base64 of the whole with blanks around it', (pem) => Buffer.from(`\n ${pem} \n`).toString('base64')],
  ['the Base64 of the key alone', base64Of],
  ['the Base64 of the key in quotes', (pem) => `"${base64Of(pem)}"`],
];

const problemOf = (work: () => unknown): string => withoutHelp({ message: mistakeIn(work) });

describe('a PEM text', () => {
  const KEYS: readonly (readonly [string, string, string | undefined])[] = [
    ['an RSA key', rsa.privateKey.export(PKCS8).toString(), undefined],
    ['an RSA key of PKCS#1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), undefined],
    ['an EC key', ec.privateKey.export(PKCS8).toString(), undefined],
    ['an EC key of SEC 1', ec.privateKey.export({ type: 'sec1', format: 'pem' }).toString(), undefined],
    ['an Ed25519 key', generateKeyPairSync('ed25519').privateKey.export(PKCS8).toString(), undefined],
    ['an encrypted key', encrypted, 'geheim'],
  ];

  it.each(KEYS.flatMap(([name, pem, password]) => FORMS.map(([form, write]) => [name, form, write(pem), pem, password] as const)))(
    'with %s is read with %s',
    (_, __, written, pem, keyPassword) => {
      const expected = readPrivateKey({ keyFile: pem, keyPassword });
      expect(isPemText(written)).toBe(true);
      expect(readPrivateKey({ keyFile: written, keyPassword }).equals(expected)).toBe(true);
    },
  );

  it.each<[string, { type: 'pkcs1' | 'pkcs8' | 'sec1' | 'spki'; format: 'pem' }, KeyObject]>([
    ['PRIVATE KEY', PKCS8, rsa.privateKey],
    ['RSA PRIVATE KEY', { type: 'pkcs1', format: 'pem' }, rsa.privateKey],
    ['PRIVATE KEY', PKCS8, ec.privateKey],
    ['EC PRIVATE KEY', { type: 'sec1', format: 'pem' }, ec.privateKey],
    ['PUBLIC KEY', { type: 'spki', format: 'pem' }, rsa.publicKey],
    ['RSA PUBLIC KEY', { type: 'pkcs1', format: 'pem' }, rsa.publicKey],
    ['PUBLIC KEY', { type: 'spki', format: 'pem' }, ec.publicKey],
    ['PUBLIC KEY', { type: 'spki', format: 'pem' }, generateKeyPairSync('ed25519').publicKey],
  ])('names the Base64 of a key what it is, so that no private key passes as a public one: %s', (label, form, key) => {
    const pem = key.export(form as never).toString();
    expect(pem).toContain(`-----BEGIN ${label}-----`);
    expect(toPemText(base64Of(pem))).toBe(pem.trimEnd());
  });

  it('keeps the header fields of an older encryption', () => {
    for (const written of [legacy, legacy.replaceAll('\n', '\\n'), legacy.replaceAll('\n', '\r\n')])
      expect(readPrivateKey({ keyFile: written, keyPassword: 'geheim' }).equals(rsa.privateKey)).toBe(true);
  });

  it('holds several certificates in each form that has frames', async () => {
    const ca = await createTestCa();
    const { certPem } = await ca.issue({ cn: 'alice' });
    const chain = `${certPem.trimEnd()}\n${ca.certPem.trimEnd()}\n`;
    for (const [, write] of FORMS.slice(0, -2)) expect(readCertificates(write(chain), 'cert')).toHaveLength(2);
    expect(readCertificates(base64Of(certPem), 'cert')).toHaveLength(1);
  });

  it('is read from a file in each of these forms', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pem-'));
    const file = join(folder, 'key');
    for (const [, write] of FORMS) {
      writeFileSync(file, write(encrypted));
      expect(readPrivateKey({ keyFile: file, keyPassword: 'geheim' }).equals(rsa.privateKey)).toBe(true);
    }
    rmSync(folder, { recursive: true });
  });

  it.each(['server.pem', '/run/secrets/server.key', 'C:\\keys\\server.pem', './a b/c', 'MIIB', 'certs/server/tls', 'QUJD'.repeat(10)])(
    'is not %s, which is a path',
    (path) => {
      expect(toPemText(path)).toBeUndefined();
    },
  );

  const inBase64 = (start: string) => Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(48)]).toString('base64');
  const key = base64Of(ec.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  it.each([
    ['an RSA key of a few bits', 'MAYCAQUCAQM='],
    ['a key with other characters within it', `${key.slice(0, 20)}*${key.slice(20)}`],
    ['a key and something before its quotes', `key "${key}"`],
    ['a key and something after its quotes', `"${key}" # key`],
    ['a key and more bytes after it', Buffer.concat([Buffer.from(key, 'base64'), Buffer.alloc(3)]).toString('base64')],
    ['a SEQUENCE that is no key', inBase64('3030')],
    ['an OCTET STRING with the identifier of an encryption', inBase64('043a06082a864886f70d0105')],
  ])('is not the Base64 of %s', (_, text) => {
    expect(toPemText(text)).toBeUndefined();
  });
});

describe('what is no PEM text', () => {
  const jwk = JSON.stringify(rsa.publicKey.export({ format: 'jwk' }));
  const key = base64Of(rsa.privateKey.export(PKCS8).toString());
  const request = '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n';

  it.each([
    ['a JWK', jwk, 'a JWK or a JWK set (JSON)'],
    ['half of a key', key.slice(0, 400), 'neither a key nor a certificate, or of a part of one'],
    ['a short half of a key', key.slice(0, 60), 'or of a part of one'],
    ['a key without its beginning', `${key}-----END PRIVATE KEY-----`, 'of which a part is missing'],
    ['an SSH key', `ssh-rsa ${key}`, 'an OpenSSH public key'],
    ['lines of something', 'user: alice\npassword: geheim', 'a text in several lines'],
  ])('is explained as %s, and not repeated', (_, value, expected) => {
    const problem = problemOf(() => readPem(value, 'publicKey'));
    expect(problem).toMatch(/^publicKey: must be a PEM text or the path of a PEM file, but looks like /);
    expect(problem).toContain(expected);
    for (const part of [value.slice(0, 20), key.slice(10, 30), 'geheim']) expect(problem).not.toContain(part);
  });

  const secret = base64Of(ec.privateKey.export(PKCS8).toString());
  it.each([
    ['escaped as in a URL', encodeURIComponent(secret)],
    ['with a comma after it', `${secret},`],
    ['with a comment after it', `"${secret}" # the key`],
    ['with a name before it', `key: "${secret}"`],
    ['with another character within it', `${secret.slice(0, 60)}*${secret.slice(60)}`],
  ])('is a key %s: it is not repeated, although it might be a path', (_, value) => {
    const failed = (() => {
      try {
        return readPem(value, 'keyFile');
      } catch (error) {
        return error;
      }
    })();
    expect(failed).toMatchObject({ message: expect.stringContaining('looks like the Base64 of a key with other characters in it') });
    expect(inspect(failed)).not.toContain(secret.slice(0, 20));
    const file = ec.privateKey.export(PKCS8).toString();
    expect(readPem(value, 'keyFile', () => Buffer.from(file)).text).toBe(file.trimEnd());
  });

  it.each([
    'none/server.pem',
    `/run/secrets/MIIB${'a'.repeat(60)}.pem`,
    `keysMIIB${'a'.repeat(60)}.pem`,
    `MIXED${'a'.repeat(30)}.pem`,
    `MIX.${'a'.repeat(60)}.pem`,
    `MONTHLY${'a'.repeat(60)}.pem`,
  ])('is a path to a file that does not exist where it looks like one: %s', (path) => {
    expect(problemOf(() => readPem(path, 'publicKey'))).toContain(`cannot read the file "${path}"`);
  });

  it.each([
    ['a certificate request', request, 'It looks like a certificate request'],
    ['a public key', rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'It looks like a public key'],
  ])('is %s where a certificate or a private key belongs', (_, value, expected) => {
    expect(problemOf(() => readCertificates(value, 'cert'))).toContain(expected);
    expect(problemOf(() => readPrivateKey({ keyFile: value }, 'key'))).toMatch(
      new RegExp(`^key\\.keyFile: must hold a private key in PEM.*${expected}`),
    );
  });

  it('says which password is missing or wrong', () => {
    expect(problemOf(() => readPrivateKey({ keyFile: encrypted }))).toBe(
      'keyPassword: is needed: the private key in the PEM text is encrypted.',
    );
    expect(problemOf(() => readPrivateKey({ keyFile: encrypted, keyPassword: 'x' }, 'key'))).toMatch(/^key\.keyPassword: does not decrypt/);
  });

  it('is cut off where a block has no end', async () => {
    const { certPem } = await createTestCa();
    expect(problemOf(() => readCertificates(`${certPem}${certPem.slice(0, 200)}`, 'cert'))).toContain('is cut off');
  });
});
