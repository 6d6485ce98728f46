import { X509Certificate } from 'node:crypto';
import type { AuthRequest } from '../../../lib/http/auth-request.js';
import { decodeForwarded, type ForwardedHeaders, readForwarded } from '../../../lib/http/forwarded-certificate.js';
import { createSelfSigned } from '../../support/certificates.js';

const NAMES: ForwardedHeaders = {
  header: 'x-client-cert',
  format: 'pem',
  verifyHeader: 'x-ssl-client-verify',
  verified: ['SUCCESS'],
  mustBeVerified: false,
};
const VERIFIED: ForwardedHeaders = { ...NAMES, verifyHeader: 'from', mustBeVerified: true };

/** A request as Node would make it of these header fields. */
const requestOf = (...fields: [string, string][]): AuthRequest => {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (headers[key] === undefined) headers[key] = value;
    // Node keeps the first of some fields, and joins others.
    else if (key !== 'from') headers[key] += `, ${value}`;
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

  it.each<[string, [string, string][]]>([
    ['is not there', []],
    ['is empty', [['From', '']]],
    ['is there twice', [['From', 'SUCCESS'], ['From', 'SUCCESS']]], // biome-ignore format: as the others
    ['is there twice, and the second one says no', [['From', 'SUCCESS'], ['From', 'FAILED']]], // biome-ignore format: as the others
    ['is a list', [['From', 'SUCCESS, FAILED']]],
    ['is written in another case', [['From', 'Success']]],
    ['begins with the word', [['From', 'SUCCESS;q=0']]],
    ['says that there is no certificate', [['From', 'NONE']]],
  ])('is refused when the verify header that was configured %s', (_, verify) => {
    const request = requestOf(['X-Client-Cert', 'abc'], ...verify);
    expect(readForwarded(request, VERIFIED)).toEqual({ kind: 'refused', reason: 'not_verified_by_proxy' });
  });

  it('counts when the verify header has one of the words that were configured', () => {
    const expected = { ...VERIFIED, verified: ['0', 'ok'] };
    const says = (word: string) => readForwarded(requestOf(['X-Client-Cert', 'abc'], ['From', word]), expected).kind;
    expect(['0', 'ok', '10', 'SUCCESS', '0, 0', ''].map(says)).toEqual(['present', 'present', 'refused', 'refused', 'refused', 'refused']);
    expect(readForwarded(requestOf(['From', '0']), expected)).toEqual({ kind: 'none' });
    expect(readForwarded(requestOf(['From', '10']), expected).kind).toBe('refused');
    expect(readForwarded(requestOf(), expected)).toEqual({ kind: 'none' });
  });

  it('is refused when the proxy refused one that it does not forward', () => {
    expect(readForwarded(requestOf(['X-SSL-Client-Verify', 'FAILED:x']), NAMES).kind).toBe('refused');
  });

  it('is refused when there are several', () => {
    const request = requestOf(['X-Client-Cert', 'abc'], ['x-client-CERT', 'def']);
    expect(readForwarded(request, NAMES)).toEqual({ kind: 'refused', reason: 'several_forwarded_certificates' });
  });

  // Tried in every way that they can be divided, two hundred thousand blanks would take minutes.
  it.each([
    ['rfc9440', ' :', '!'],
    ['xfcc', 'Cert=', '!"'],
    ['xfcc', 'Cert=a', 'a!"'],
    ['pem', '-----BEGIN CERTIFICATE-----', '!'],
    ['pem', '-----BEGIN CERTIFICATE-----AAAA', '-----END'],
  ] as const)('goes through a run of blanks once (%s, %s)', (format, start, end) => {
    expect(decodeForwarded(format, start + ' '.repeat(200_000) + end)).toBeUndefined();
  });

  it('as DER in Base64 is that and nothing else', () => {
    expect(decodeForwarded('der-base64', der)?.subject).toBe('CN=alice');
    for (const value of [`:${der}:`, encodeURIComponent(pem), ` ${der}`, `${der}\n`, `${der},${der}`, ''])
      expect(decodeForwarded('der-base64', value)).toBeUndefined();
  });

  describe('as RFC 9440 has it', () => {
    it('is a byte sequence', () => {
      expect(decodeForwarded('rfc9440', `:${der}:`)?.subject).toBe('CN=alice');
    });

    it('is nothing else', () => {
      for (const value of [der, `:${der}`, `:${der}:, :${der}:`, `"${der}"`, '::', ':AAAA:', `:${der}:;a=b`, encodeURIComponent(pem)])
        expect(decodeForwarded('rfc9440', value)).toBeUndefined();
    });
  });

  describe('as Envoy has it', () => {
    const xfcc = (value: string) => decodeForwarded('xfcc', value);

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
