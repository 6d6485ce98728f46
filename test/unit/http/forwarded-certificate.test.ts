import { X509Certificate } from 'node:crypto';
import type { AuthRequest } from '../../../lib/http/auth-request.js';
import { decodeForwarded, readForwarded } from '../../../lib/http/forwarded-certificate.js';
import { createSelfSigned } from '../../support/certificates.js';

const NAMES = { header: 'x-client-cert', verifyHeader: 'x-ssl-client-verify' };

/** A request as Node would make it of these header fields. */
const requestOf = (...fields: [string, string][]): AuthRequest => {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return { headers, rawHeaders: fields.flat() };
};

describe('a forwarded certificate', () => {
  let pem: string;
  let der: string;
  beforeAll(async () => {
    pem = (await createSelfSigned({ cn: 'alice' })).certPem;
    der = new X509Certificate(pem).raw.toString('base64');
  });

  it('is what the header holds', () => {
    expect(readForwarded(requestOf(['X-Client-Cert', 'abc']), NAMES)).toEqual({ kind: 'present', value: 'abc' });
    expect(readForwarded(requestOf(['X-Client-Cert', 'abc'], ['X-SSL-Client-Verify', 'SUCCESS']), NAMES).kind).toBe('present');
  });

  it.each<[string, [string, string][]]>([
    ['without the header', []],
    ['with an empty header', [['X-Client-Cert', '']]],
    ['when the client showed none', [['X-SSL-Client-Verify', 'NONE']]],
    ['when the client showed none and the proxy is content', [['X-SSL-Client-Verify', 'SUCCESS']]],
  ])('is not there %s', (_name, fields) => {
    expect(readForwarded(requestOf(...fields), NAMES)).toEqual({ kind: 'none' });
  });

  it.each(['FAILED:certificate has expired', 'NONE', '', 'success', 'SUCCESS, SUCCESS'])(
    'is refused when the proxy says %j of it',
    (verify) => {
      const request = requestOf(['X-Client-Cert', 'abc'], ['X-SSL-Client-Verify', verify]);
      expect(readForwarded(request, NAMES)).toEqual({ kind: 'refused', reason: 'not_verified_by_proxy' });
    },
  );

  it('is refused when the proxy refused one that it does not forward', () => {
    expect(readForwarded(requestOf(['X-SSL-Client-Verify', 'FAILED:x']), NAMES).kind).toBe('refused');
  });

  it('is refused when there are several', () => {
    const request = requestOf(['X-Client-Cert', 'abc'], ['x-client-CERT', 'def']);
    expect(readForwarded(request, NAMES)).toEqual({ kind: 'refused', reason: 'several_forwarded_certificates' });
  });

  // Tried in every way that they can be divided, two hundred thousand blanks would take minutes.
  it.each([
    ['client-cert', ' :', '!'],
    ['x-forwarded-client-cert', 'Cert=', '!"'],
    ['x-forwarded-client-cert', 'Cert=a', 'a!"'],
    ['pem', '-----BEGIN CERTIFICATE-----', '!'],
    ['pem', '-----BEGIN CERTIFICATE-----AAAA', '-----END'],
  ] as const)('goes through a run of blanks once (%s, %s)', (format, start, end) => {
    expect(decodeForwarded(format, start + ' '.repeat(200_000) + end)).toBeUndefined();
  });

  describe('as RFC 9440 has it', () => {
    it('is a byte sequence', () => {
      expect(decodeForwarded('client-cert', `:${der}:`)?.subject).toBe('CN=alice');
    });

    it('is nothing else', () => {
      for (const value of [der, `:${der}`, `:${der}:, :${der}:`, `"${der}"`, '::', ':AAAA:', `:${der}:;a=b`, encodeURIComponent(pem)])
        expect(decodeForwarded('client-cert', value)).toBeUndefined();
    });
  });

  describe('as Envoy has it', () => {
    const xfcc = (value: string) => decodeForwarded('x-forwarded-client-cert', value);

    it('is the Cert of the only hop', () => {
      const cert = encodeURIComponent(pem);
      expect(xfcc(`Cert="${cert}"`)?.subject).toBe('CN=alice');
      expect(xfcc(`By=spiffe://a/b;Hash=0f;Subject="CN=x, \\"y\\";z";URI=;Cert="${cert}";DNS=a;DNS=b`)?.subject).toBe('CN=alice');
    });

    it('is refused with several hops, several certificates, or none', () => {
      const cert = `Cert="${encodeURIComponent(pem)}"`;
      for (const value of [
        `${cert},${cert}`,
        `By=a,${cert}`,
        `${cert};${cert}`,
        'Hash=0f;Subject="CN=admin"',
        `${cert};Subject="a`,
        `x${cert}"`,
        'Cert=""',
        '',
      ])
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
      ['with blanks for line breaks', (text) => text.trim().replaceAll('\n', ' ')],
      ['with tabs for line breaks', (text) => text.trim().replaceAll('\n', '\t')],
      ['without its first and last line', (text) => text.replaceAll(/-----.*-----|\s/g, '')],
    ])('may come %s', (_name, encode) => {
      expect(decodeForwarded('pem', encode(pem))?.subject).toBe('CN=alice');
    });

    it('must be one certificate, whole', () => {
      const twice = encodeURIComponent(pem + pem);
      for (const value of [twice, '%', '%E0%A4%A', encodeURIComponent(pem.slice(0, -30)), encodeURIComponent(`${pem}x`), 'AAAA', '(null)'])
        expect(decodeForwarded('pem', value)).toBeUndefined();
    });

    it('has nothing after the certificate', () => {
      const longer = Buffer.concat([Buffer.from(der, 'base64'), Buffer.from('x')]).toString('base64');
      expect(decodeForwarded('pem', longer)).toBeUndefined();
    });
  });
});
