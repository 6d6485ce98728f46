import { looksLike, readPem } from '../../../lib/tls/pem.js';
import { mistakeIn } from '../../support/mistake-in.js';

/** A file system in which no file exists. */
const missing = () => {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
};

const problemOf = (value: string): string => mistakeIn(() => readPem(value, 'cert', missing));

const begin = (label: string) => `-----BEGIN ${label}-----`;

/** What a text looks like; undefined where it is unknown. */
const LIKENESSES: readonly (readonly [string, string | undefined])[] = [
  ['{"kty":"RSA"}', 'a JWK or a JWK set'],
  ['\n  {"keys":[]}', 'a JWK or a JWK set'],
  ['keys/{env}', undefined],
  [begin('CERTIFICATE REQUEST'), 'a certificate request:'],
  [begin('NEW CERTIFICATE REQUEST'), 'a certificate request:'],
  [begin('OPENSSH PRIVATE KEY'), 'an OpenSSH private key:'],
  ['ssh-rsa AAAAB3', 'an OpenSSH public key:'],
  ['\n  ecdsa-sha2-nistp256 AAAAE2', 'an OpenSSH public key:'],
  ['keys/ssh-rsa', undefined],
  [begin('SSH2 PUBLIC KEY'), 'an SSH public key:'],
  ['---- BEGIN SSH2 PUBLIC KEY ----', 'an SSH public key:'],
  [begin('PGP PUBLIC KEY BLOCK'), 'an OpenPGP key,'],
  [begin('PKCS7'), 'a PKCS#7 bundle:'],
  [begin('CMS'), 'a PKCS#7 bundle:'],
  [begin('X509 CRL'), 'a revocation list.'],
  [begin('PRIVATE KEY'), 'a private key.'],
  [begin('RSA PRIVATE KEY'), 'a private key.'],
  [begin('RSA X2 PRIVATE KEY'), 'a private key.'],
  [begin('PUBLIC KEY'), 'a public key.'],
  [begin('RSA PUBLIC KEY'), 'a public key.'],
  [begin('RSA X2 PUBLIC KEY'), 'a public key.'],
  [begin('CERTIFICATE'), 'a certificate.'],
  [begin('X509 CERTIFICATE'), 'a certificate.'],
  [begin('TRUSTED CERTIFICATE'), 'a certificate.'],
  [begin('EC PARAMETERS'), 'parameters without a key.'],
  [begin('DH PARAMETERS'), 'parameters without a key.'],
  [begin('DSA PARAMETERS'), 'parameters without a key.'],
  ['half of it -----END PRIVATE KEY-----', 'a PEM text of another kind, or one of which a part is missing.'],
  ['-----BEGIN', 'a PEM text of another kind, or one of which a part is missing.'],
  ['keys/server', undefined],
];

describe('a text in the place of a key or a certificate', () => {
  it.each(LIKENESSES)('%j looks like %s', (text, likeness) => {
    const words = looksLike({ text });
    if (likeness === undefined) expect(words).toBe('');
    else expect(words).toContain(` It looks like ${likeness}`.trimEnd());
  });

  const key = 'aA0+/=_\\ \t-'.repeat(10);
  it.each([
    ['41 characters that begin like a key', `M${key.slice(0, 40)}`],
    ['the same in quotes', `"M${key.slice(0, 40)}"`],
    ['the same in single quotes', `'M${key.slice(0, 40)}'`],
    ['100 characters of Base64', `b${key.slice(0, 99)}`],
    ['100 characters of Base64 with a plus in front', `+${key.slice(0, 99)}`],
    ['lines', 'user\nsecret'],
    ['lines of an old system', 'user\rsecret'],
    ['more than 1024 characters', 'a.'.repeat(513)],
  ])('is neither opened as a file nor repeated where it has %s', (_, value) => {
    const problem = problemOf(value);
    expect(problem).toContain('cert: must be a PEM text or the path of a PEM file, but looks like ');
    expect(problem).not.toContain(value);
  });

  it.each([
    ['40 characters', `M${key.slice(0, 39)}`],
    ['99 characters', `b${key.slice(0, 98)}`],
    ['1024 characters', 'a.'.repeat(512)],
    ['a slash in front', `/${'a'.repeat(120)}`],
    ['a dot in front', `.${'a'.repeat(120)}`],
    ['a dot before a long name', `./M${'a'.repeat(120)}`],
    ['a dot after a name that begins like a key', `M${'a'.repeat(50)}.pem`],
    ['a dot after a long name', `${'a'.repeat(120)}.pem`],
    ['a dot in a long name', `${'a'.repeat(120)}.${'a'.repeat(120)}`],
  ])('is the path of a file where it has %s', (_, value) => {
    expect(problemOf(value)).toContain('cert: cannot read the file ');
  });
});
