import type { X509Certificate } from 'node:crypto';
import { readDetails } from '../../../lib/tls/certificate-extensions.js';

const bytes = (hex: string) => Buffer.from(hex, 'hex');
/** One value of DER, of fewer than 128 bytes. */
const value = (tag: number, ...parts: readonly Buffer[]) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
};
const sequence = (...parts: readonly Buffer[]) => value(0x30, ...parts);
const oid = (hex: string) => value(0x06, bytes(hex));
const octets = (hex: string) => value(0x04, bytes(hex));

const [RSA_SHA256, RSA_SHA1, PSS] = ['2a864886f70d01010b', '2a864886f70d010105', '2a864886f70d01010a'];
const [SHA256, SHA1] = ['608648016503040201', '2b0e03021a'];
const hashOf = (hash: string, field = 0xa0) => sequence(value(field, sequence(oid(hash))));

const detailsOf = (algorithm: Buffer, ...extensions: readonly Buffer[]) =>
  readDetails({ raw: sequence(sequence(value(0xa3, sequence(...extensions))), algorithm) } as X509Certificate);
const extensionsOf = (...extensions: readonly Buffer[]) => detailsOf(sequence(oid(RSA_SHA256)), ...extensions)?.extensions;

describe('the signature of a certificate', () => {
  it.each<[string, boolean, Buffer]>([
    ['RSA with SHA-256', true, sequence(oid(RSA_SHA256))],
    ['RSA with SHA-1', false, sequence(oid(RSA_SHA1))],
    ['RSASSA-PSS with SHA-256', true, sequence(oid(PSS), hashOf(SHA256))],
    ['RSASSA-PSS with SHA-1', false, sequence(oid(PSS), hashOf(SHA1))],
    ['RSASSA-PSS that names no hash', false, sequence(oid(PSS))],
    ['RSASSA-PSS that names a hash for something else', false, sequence(oid(PSS), hashOf(SHA256, 0xa1))],
    ['RSASSA-PSS with parameters that are cut off', false, sequence(oid(PSS), bytes('3005'))],
    ['RSASSA-PSS with a hash that is cut off', false, sequence(oid(PSS), sequence(bytes('a00105')))],
    ['RSASSA-PSS with a hash of nothing', false, sequence(oid(PSS), sequence(value(0xa0, sequence())))],
    ['RSASSA-PSS with a hash that is no identifier', false, sequence(oid(PSS), sequence(value(0xa0, sequence(octets(SHA256)))))],
    ['what is no identifier', false, sequence(octets(RSA_SHA256))],
    ['nothing', false, sequence()],
    ['what is cut off', false, bytes('300105')],
  ])('with %s is strong: %p', (_, isStrong, algorithm) => {
    expect(detailsOf(algorithm)?.isStronglySigned).toBe(isStrong);
  });
});

describe('the details of a certificate', () => {
  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['what is no DER', bytes('05')],
    ['an empty sequence', sequence()],
    ['a sequence that is cut off inside', bytes('300105')],
    ['fields that are cut off', sequence(bytes('300105'), sequence(oid(RSA_SHA256)))],
    ['fields without a signature', sequence(sequence())],
  ])('cannot be read from %s', (_, raw) => {
    expect(readDetails({ raw } as X509Certificate)).toBeUndefined();
  });
});

describe('the extensions of a certificate', () => {
  const [TRUE, FALSE] = ['0101ff', '010100'].map(bytes) as [Buffer, Buffer];

  it('are critical where they say so', () => {
    const found = extensionsOf(
      sequence(oid('551d0f'), TRUE, octets('0a')),
      sequence(oid('551d11'), FALSE, octets('0b')),
      sequence(oid('551d13'), octets('0c')),
    );
    expect(found).toEqual(
      new Map([
        ['551d0f', { oid: '551d0f', isCritical: true, value: bytes('0a') }],
        ['551d11', { oid: '551d11', isCritical: false, value: bytes('0b') }],
        ['551d13', { oid: '551d13', isCritical: false, value: bytes('0c') }],
      ]),
    );
  });

  it.each<[string, readonly Buffer[]]>([
    ['there twice', [sequence(oid('551d0f'), octets('0a')), sequence(oid('551d0f'), octets('0b'))]],
    ['no sequence', [value(0x31, oid('551d0f'), octets('0a'))]],
    ['without an identifier', [sequence(octets('551d0f'), octets('0a'))]],
    ['without a value', [sequence(oid('551d0f'))]],
    ['with a value of another type', [sequence(oid('551d0f'), value(0x05))]],
    ['cut off', [bytes('3005')]],
    ['cut off inside', [bytes('300105')]],
    ['empty', [sequence()]],
  ])('cannot be read where one is %s', (_, extensions) => {
    expect(extensionsOf(...extensions)).toBeUndefined();
  });

  it.each<[string, Buffer]>([
    ['empty', value(0xa3)],
    ['cut off', bytes('a30105')],
  ])('cannot be read where their list is %s', (_, list) => {
    expect(readDetails({ raw: sequence(sequence(list), sequence(oid(RSA_SHA256))) } as X509Certificate)).toBeUndefined();
  });

  it('are none where the certificate has none', () => {
    const none = readDetails({ raw: sequence(sequence(), sequence(oid(RSA_SHA256))) } as X509Certificate);
    expect(none).toEqual({ isStronglySigned: true, extensions: new Map() });
  });
});
