import { X509Certificate } from 'node:crypto';
import { decodeForwarded } from '../../../lib/http/forwarded-content.js';
import type { ForwardedFormat } from '../../../lib/http/forwarded-presets.js';
import { createSelfSigned } from '../../support/certificates.js';

type Shape = Parameters<typeof decodeForwarded>[1];

/** The certificate; undefined if there is none, or not exactly one. */
const decode = (format: ForwardedFormat, value: string, more: Omit<Shape, 'format'> = {}): X509Certificate | undefined => {
  const content = decodeForwarded(value, { format, ...more });
  return content.kind === 'certificate' ? content.certificate : undefined;
};

describe('a forwarded certificate', () => {
  let pem: string;
  let der: string;
  let other: string;
  beforeAll(async () => {
    pem = (await createSelfSigned({ cn: 'alice' })).certPem;
    der = new X509Certificate(pem).raw.toString('base64');
    other = new X509Certificate((await createSelfSigned({ cn: 'bob' })).certPem).raw.toString('base64');
  });

  // Tried in every way that they can be divided, two hundred thousand blanks would take minutes.
  it.each([
    ['rfc9440', ' :', '!'],
    ['xfcc', 'Cert=', '!"'],
    ['xfcc', 'Cert=a', 'a!"'],
    ['pem', '-----BEGIN CERTIFICATE-----', '!'],
    ['pem', '-----BEGIN CERTIFICATE-----AAAA', '-----END'],
  ] as const)('goes through a run of blanks once (%s, %s)', (format, start, end) => {
    expect(decode(format, start + ' '.repeat(200_000) + end)).toBeUndefined();
  });

  it('as DER in Base64 is that and nothing else', () => {
    expect(decode('der-base64', der)?.subject).toBe('CN=alice');
    for (const value of [`:${der}:`, encodeURIComponent(pem), `!${der}`, `${der}!`, ` ${der}`, `${der}\n`, `${der},${der}`, ''])
      expect(decode('der-base64', value)).toBeUndefined();
  });

  it('as PEM without its first and last line is Base64 and nothing else', () => {
    expect(decode('pem', der)?.subject).toBe('CN=alice');
    for (const value of [`!${der}`, `${der}!`, `${der}-`, `${der},${der}`]) expect(decode('pem', value)).toBeUndefined();
  });

  it('as PEM has nothing but Base64 between its first and last line', () => {
    const framed = (body: string) => `-----BEGIN CERTIFICATE----- ${body} -----END CERTIFICATE-----`;
    expect(decode('pem', framed(der))?.subject).toBe('CN=alice');
    for (const body of [`!${der}`, `${der}!`, `x-y ${der}`, '']) expect(decode('pem', framed(body))).toBeUndefined();
    for (const value of [`-${framed(der)}`, `-----BEGIN CERTIFICATE-----AAAA${framed(der)}`, `${framed(der)}-`])
      expect(decode('pem', value)).toBeUndefined();
  });

  describe('as RFC 9440 has it', () => {
    it('is a byte sequence', () => {
      expect(decode('rfc9440', `:${der}:`)?.subject).toBe('CN=alice');
    });

    it('is nothing else', () => {
      for (const value of [der, `:${der}`, `:${der}:, :${der}:`, `"${der}"`, '::', ':AAAA:', `:${der}:;a=b`, encodeURIComponent(pem)])
        expect(decode('rfc9440', value)).toBeUndefined();
    });
  });

  describe('as Envoy has it', () => {
    const xfcc = (value: string) => decode('xfcc', value);

    it('is the Cert of the only hop', () => {
      const cert = encodeURIComponent(pem);
      expect(xfcc(`Cert="${cert}"`)?.subject).toBe('CN=alice');
      expect(xfcc(`By=spiffe://a/b;Hash=0f;Subject="CN=x, \\"y\\";z";URI=;Cert="${cert}";DNS=a;DNS=b`)?.subject).toBe('CN=alice');
    });

    it('is refused with several hops, several certificates, or none', () => {
      const cert = `Cert="${encodeURIComponent(pem)}"`;
      for (const broken of [encodeURIComponent(pem + pem), encodeURIComponent(`${pem}x`), 'AAAA', der.slice(4)])
        expect(xfcc(`Cert="${broken}"`)).toBeUndefined();
      for (const value of [`${cert},${cert}`, `By=a,${cert}`, `${cert};${cert}`, `${cert};Subject="a`, `x${cert}"`, 'Cert=""', ''])
        expect(xfcc(value)).toBeUndefined();
    });
  });

  describe('as PEM', () => {
    it.each<[string, (text: string) => string]>([
      ['URL-encoded', encodeURIComponent],
      [
        'URL-encoded but for what base64 uses',
        (text) => encodeURIComponent(text).replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll('%3D', '='),
      ],
      ['with blanks around it', (text) => ` ${encodeURIComponent(`\n${text}\n`)} `],
      ['with blanks for line breaks', (text) => text.trim().replaceAll('\n', ' ')],
      ['with tabs for line breaks', (text) => text.trim().replaceAll('\n', '\t')],
      ['without its first and last line', (text) => text.replaceAll(/-----.*-----|\s/g, '')],
    ])('may come %s', (_name, encode) => {
      expect(decode('pem', encode(pem))?.subject).toBe('CN=alice');
    });

    it('must be one certificate, whole', () => {
      const twice = encodeURIComponent(pem + pem);
      for (const value of [twice, '%', '%E0%A4%A', encodeURIComponent(pem.slice(0, -30)), encodeURIComponent(`${pem}x`), 'AAAA', '(null)'])
        expect(decode('pem', value)).toBeUndefined();
    });

    it('has nothing after the certificate', () => {
      const longer = Buffer.concat([Buffer.from(der, 'base64'), Buffer.from('x')]).toString('base64');
      expect(decode('pem', longer)).toBeUndefined();
    });
  });

  describe('of several elements', () => {
    it.each<ForwardedFormat>(['der-base64', 'pem'])('is refused unless it is configured which one counts (%s)', (format) => {
      const value = `${der},${other}`;
      expect(decodeForwarded(value, { format })).toEqual({ kind: 'refused', reason: 'several_forwarded_certificates' });
      expect(decode(format, value, { hop: 'first' })?.subject).toBe('CN=alice');
      expect(decode(format, `${der}, ${other}`, { hop: 'last' })?.subject).toBe('CN=bob');
      expect(decode(format, `${der}, ${der}, ${other}`, { hop: 'last' })?.subject).toBe('CN=bob');
      expect(decode(format, value, { isChain: true })?.subject).toBe('CN=alice');
      for (const broken of [`,${der}`, ` ,${der}`]) expect(decode(format, broken, { hop: 'first' })).toBeUndefined();
      for (const broken of [`${der},`, `${der},x`]) expect(decode(format, broken, { hop: 'last' })).toBeUndefined();
    });

    it('of RFC 9440 is one of them, too', () => {
      expect(decode('rfc9440', `:${der}:, :${other}:`, { hop: 'last' })?.subject).toBe('CN=bob');
    });

    it('of Envoy is the element of that proxy, with commas in quotes and escapes', () => {
      const element = (text: string) => `By=spiffe://a/b;Subject="CN=x, \\"y\\",O=z";Cert="${encodeURIComponent(text)}"`;
      const value = `${element(pem)},${element(other)}`;
      expect(decodeForwarded(value, { format: 'xfcc' })).toEqual({ kind: 'refused', reason: 'several_forwarded_certificates' });
      expect(decode('xfcc', value, { hop: 'first' })?.subject).toBe('CN=alice');
      expect(decode('xfcc', value, { hop: 'last' })?.subject).toBe('CN=bob');
      expect(decode('xfcc', `${value},`, { hop: 'first' })).toBeUndefined();
    });

    it('gives no others where they are not needed', () => {
      const cert = `Cert="${encodeURIComponent(pem)}";Chain="${encodeURIComponent(other)}"`;
      expect(decodeForwarded(cert, { format: 'xfcc' })).toMatchObject({ kind: 'certificate', others: [] });
      expect(decodeForwarded(`${der},${other}`, { format: 'pem', isChain: true })).toMatchObject({ kind: 'certificate', others: [] });
    });

    it('gives the others where they are needed to verify it', () => {
      const content = decodeForwarded(`${der},${other}`, { format: 'pem', isChain: true }, true);
      expect(content).toMatchObject({ others: [{ subject: 'CN=bob' }] });
      const blocks = encodeURIComponent(`${pem}\n \n${pem}`);
      expect(decodeForwarded(blocks, { format: 'pem' }, true)).toMatchObject({ others: [{ subject: 'CN=alice' }] });
      const chain = `Cert="${encodeURIComponent(pem)}";Chain="${encodeURIComponent(pem + pem)}"`;
      expect(decodeForwarded(chain, { format: 'xfcc' }, true)).toMatchObject({ others: [{}, {}] });
      for (const broken of [`${der},x`, `${der},`])
        expect(decodeForwarded(broken, { format: 'pem', isChain: true }, true).kind).toBe('refused');
    });
  });

  describe('of Envoy without Cert', () => {
    const uris = (value: string, hop?: 'first' | 'last') => decodeForwarded(value, { format: 'xfcc', ...(hop && { hop }) });

    it('is the URIs that the proxy read in it', () => {
      expect(uris('By=a;Hash=0f;Subject="";URI=spiffe://td/a')).toEqual({ kind: 'uris', uris: ['spiffe://td/a'] });
      expect(uris('URI=spiffe://td/a;uri="spiffe://td/b"')).toEqual({ kind: 'uris', uris: ['spiffe://td/a', 'spiffe://td/b'] });
      expect(uris('Hash=0f;Subject="CN=admin";URI=')).toEqual({ kind: 'uris', uris: [] });
    });

    it('is not named by what stands in the quotes of another field', () => {
      expect(uris('Subject="CN=x;URI=spiffe://td/admin,URI=spiffe://td/admin";URI=spiffe://td/a')).toEqual({
        kind: 'uris',
        uris: ['spiffe://td/a'],
      });
      expect(uris('Subject="CN=\\";URI=spiffe://td/admin";URI=spiffe://td/a')).toEqual({ kind: 'uris', uris: ['spiffe://td/a'] });
    });

    it('is refused with several elements, unless it is configured which one counts', () => {
      expect(uris('URI=spiffe://td/admin,URI=spiffe://td/a')).toEqual({ kind: 'refused', reason: 'several_forwarded_certificates' });
      expect(uris('URI=spiffe://td/admin,URI=spiffe://td/a', 'last')).toEqual({ kind: 'uris', uris: ['spiffe://td/a'] });
    });

    it.each(['URI', 'URI="a', 'URI="a"b', 'URI=a;', 'URI=a,', ',URI=a', ';URI=a', 'URI=a"b"', '=a', ' ', 'URI=a;;By=b', 'Cert=;URI=a'])(
      'is refused if it cannot be read: %j',
      (value) => {
        expect(uris(value, 'last')).toEqual({ kind: 'refused', reason: 'malformed_forwarded_certificate' });
      },
    );
  });
});
