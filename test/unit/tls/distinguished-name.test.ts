import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import {
  type DistinguishedName,
  formatDistinguishedName,
  isSameName,
  parseCertificateName,
  parseDistinguishedName,
  valuesOf,
} from '../../../lib/tls/distinguished-name.js';
import { createSelfSigned } from '../../support/certificates.js';

const parsed = (text: string): DistinguishedName => {
  const name = parseDistinguishedName(text);
  if (name === undefined) throw new Error(`not a name: ${text}`);
  return name;
};

describe('a distinguished name', () => {
  it.each([
    ['CN=RootCA,O=WSO2,C=LK', [[{ type: 'CN', value: 'RootCA' }], [{ type: 'O', value: 'WSO2' }], [{ type: 'C', value: 'LK' }]]],
    ['CN = RootCA , O = WSO2', [[{ type: 'CN', value: 'RootCA' }], [{ type: 'O', value: 'WSO2' }]]],
    ['  CN  =  RootCA  ,  O  =  WSO2  ', [[{ type: 'CN', value: 'RootCA' }], [{ type: 'O', value: 'WSO2' }]]],
    [
      'OU=Sales+CN=J. Smith,DC=example',
      [
        [
          { type: 'OU', value: 'Sales' },
          { type: 'CN', value: 'J. Smith' },
        ],
        [{ type: 'DC', value: 'example' }],
      ],
    ],
    ['CN=James \\"Jim\\" Smith\\, III', [[{ type: 'CN', value: 'James "Jim" Smith, III' }]]],
    ['CN=Before\\0dAfter', [[{ type: 'CN', value: 'Before\rAfter' }]]],
    ['CN=Lu\\C4\\8Di\\C4\\87', [[{ type: 'CN', value: 'Lučić' }]]],
    ['CN=\\ a\\ ', [[{ type: 'CN', value: ' a ' }]]],
    ['CN=', [[{ type: 'CN', value: '' }]]],
    ['1.3.6.1.4.1.1466.0=x', [[{ type: '1.3.6.1.4.1.1466.0', value: 'x' }]]],
    ['10.3=x', [[{ type: '10.3', value: 'x' }]]],
    ['CN=a=b', [[{ type: 'CN', value: 'a=b' }]]],
  ])('is read from %s', (text, expected) => {
    expect(parseDistinguishedName(text)).toEqual(expected);
  });

  it.each([
    '',
    'RootCA',
    'CN=a,',
    ',CN=a',
    'CN=a,,O=b',
    'CN=a;O=b',
    'CN="a"',
    'CN=a\\',
    'CN=a\\q',
    'CN=a\nO=b',
    'CN=#04024869',
    '=a',
    'CN=a+',
    'CN=a\0b',
    'CN=a\\ff',
    'CN=\\c0\\af',
  ])('is not read from %j', (text) => {
    expect(parseDistinguishedName(text)).toBeUndefined();
  });

  it('survives being written and read again', () => {
    const value = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/[\uD800-\uDFFF\uFFFD]/.test(text));
    const attribute = fc.record({ type: fc.constantFrom('CN', 'O', 'OU', '1.2.3.4'), value });
    const name = fc.array(fc.array(attribute, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(name, (given) => expect(parsed(formatDistinguishedName(given))).toEqual(given)));
  });

  it.each([
    ['CN=RootCA,O=WSO2,C=LK', 'CN=RootCA, O=WSO2, C=LK'],
    ['cn=a', 'CN=a'],
    ['E=a@b.c', 'emailAddress=a@b.c'],
    ['2.5.4.3=a', 'CN=a'],
    ['OID.2.5.4.10=a', 'O=a'],
    ['OU=x+CN=a', 'CN=a+OU=x'],
  ])('%s is the same as %s', (one, other) => {
    expect(isSameName(parsed(one), parsed(other))).toBe(true);
  });

  it.each([
    ['CN=RootCA,O=WSO2,C=LK', 'CN=RootCA'],
    ['CN=RootCA', 'CN=RootCA,O=WSO2'],
    ['CN=RootCA,O=WSO2', 'O=WSO2,CN=RootCA'],
    ['CN=RootCA', 'CN=rootca'],
    ['CN=RootCA,O=WSO2', 'CN=RootCA,O=Other'],
    ['CN=RootCA,O=WSO2', 'CN=Other,O=WSO2'],
    ['CN=a+OU=x', 'CN=a,OU=x'],
    ['CN=a\\,O=b', 'CN=a,O=b'],
    ['CN=a', 'OU=a'],
    ['CN=a+CN=a', 'CN=a'],
  ])('%s is not the same as %s', (one, other) => {
    expect(isSameName(parsed(one), parsed(other))).toBe(false);
  });

  it.each([' ', '  ', ' a', 'a ', '#', '\\ '])('survives being written and read again with the value %j', (value) => {
    const name = [[{ type: 'CN', value }]];
    expect(parsed(formatDistinguishedName(name))).toEqual(name);
  });

  it.each(['admin\u00a0', '\u00a0admin', 'admin\ufeff', 'admin\u2003', '\u2028admin', 'admin\t'])(
    'of a certificate is not that of another caller for a blank that is no space: %j',
    async (cn) => {
      const { certPem } = await createSelfSigned({ subject: [{ O: ['x'] }, { CN: [cn] }] });
      expect(valuesOf(parseCertificateName(new X509Certificate(certPem).subject) ?? [], 'CN')).toEqual([cn]);
      expect(valuesOf(parsed(`CN=${cn.replace('\t', '\\09')},O=x`), 'CN')).toEqual([cn]);
    },
  );

  it.each(['RootCA', 'CN=a,O=b', 'CN=a\n', 'CN=a\n\nO=b'])('of a certificate is not read from %j', (text) => {
    expect(parseCertificateName(text)).toBeUndefined();
  });

  it('of a certificate may have no parts', () => {
    for (const none of [undefined, '']) expect(parseCertificateName(none)).toEqual([]);
  });

  it('comes out of a certificate whole, whatever is in it', async () => {
    const { certPem } = await createSelfSigned({
      subject: [
        { C: ['LK'] },
        { O: ['a + CN=admin, x;<y>'], OU: ['two'] },
        { CN: [' #lead=tail '] },
        { E: ['a@b.c'] },
        { CN: ['nul\0x\nCN=root'] },
        { CN: ['ünï☃'] },
      ],
    });
    const name = parseCertificateName(new X509Certificate(certPem).subject)!;
    expect(valuesOf(name, 'CN')).toEqual(['ünï☃', 'nul\0x\nCN=root', ' #lead=tail ']);
    expect(valuesOf(name, 'O')).toEqual(['a + CN=admin, x;<y>']);
    expect(valuesOf(name, 'EMAILADDRESS')).toEqual(['a@b.c']);
    expect(formatDistinguishedName(name)).toBe(
      'CN=ünï☃,CN=nul\\00x\\0aCN=root,emailAddress=a@b.c,CN=\\ #lead=tail\\ ,O=a \\+ CN=admin\\, x\\;\\<y\\>+OU=two,C=LK',
    );
  });
});
