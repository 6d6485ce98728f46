import type { AuthRequest } from '../../../lib/http/auth-request.js';
import { type ForwardedHeaders, readForwarded } from '../../../lib/http/forwarded-certificate.js';

const NAMES: ForwardedHeaders = {
  header: 'x-client-cert',
  format: 'pem',
  verify: { header: 'x-ssl-client-verify', verified: ['SUCCESS'], isRequired: false },
};
const VERIFIED: ForwardedHeaders = { ...NAMES, verify: { header: 'from', verified: ['SUCCESS'], isRequired: true } };

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
    ['is there twice, and the second one reports a failure', [['From', 'SUCCESS'], ['From', 'FAILED']]], // biome-ignore format: as the others
    ['is a list', [['From', 'SUCCESS, FAILED']]],
    ['is written in another case', [['From', 'Success']]],
    ['begins with the word', [['From', 'SUCCESS;q=0']]],
    ['says that there is no certificate', [['From', 'NONE']]],
  ])('is refused when the verify header that was configured %s', (_, verify) => {
    const request = requestOf(['X-Client-Cert', 'abc'], ...verify);
    expect(readForwarded(request, VERIFIED)).toEqual({ kind: 'refused', reason: 'not_verified_by_proxy' });
  });

  it('counts when the verify header has one of the words that were configured', () => {
    const expected = { ...NAMES, verify: { header: 'from', verified: ['0', 'ok'], isRequired: true } };
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

  it('is refused where it is a list', () => {
    const request = { headers: { 'x-client-cert': ['abc'] }, rawHeaders: ['X-Client-Cert', 'abc'] };
    expect(readForwarded(request, NAMES)).toEqual({ kind: 'refused', reason: 'several_forwarded_certificates' });
  });

  it('is not there when the proxy has a word for that', () => {
    const expected = { ...NAMES, verify: { header: 'from', verified: ['true'], absent: ['false'], isRequired: true } };
    expect(readForwarded(requestOf(['From', 'false']), expected)).toEqual({ kind: 'none' });
    expect(readForwarded(requestOf(['From', 'false'], ['X-Client-Cert', 'abc']), expected).kind).toBe('refused');
    expect(readForwarded(requestOf(['From', 'unknown']), expected).kind).toBe('refused');
  });

  it('is refused when the proxy says that it is revoked, though it verified it', () => {
    const expected = { ...NAMES, verify: { header: 'v', verified: ['true'], revoked: 'r', isRequired: true } };
    const ask = (...fields: [string, string][]) => readForwarded(requestOf(['X-Client-Cert', 'abc'], ['v', 'true'], ...fields), expected);
    expect(ask().kind).toBe('present');
    expect(ask(['r', 'false']).kind).toBe('present');
    for (const says of ['true', '', 'false, true']) expect(ask(['r', says])).toEqual({ kind: 'refused', reason: 'revoked' });
    expect(ask(['r', 'false'], ['r', 'true']).kind).toBe('refused');
  });

  it('may come in several header fields where it is configured which element counts', () => {
    const request = requestOf(['X-Client-Cert', 'abc'], ['x-client-CERT', 'def']);
    expect(readForwarded(request, { ...NAMES, hop: 'last' })).toEqual({ kind: 'present', value: 'abc,def' });
    // Of this name Node keeps the first field only: the one that a client wrote.
    const twice = requestOf(['From', 'abc'], ['From', 'def']);
    expect(readForwarded(twice, { ...NAMES, header: 'from', hop: 'last' })).toEqual({ kind: 'present', value: 'abc,def' });
  });

  it('as a chain comes in one header field', () => {
    const request = requestOf(['X-Client-Cert', 'abc'], ['X-Client-Cert', 'def']);
    expect(readForwarded(request, { ...NAMES, hop: 'first', isChain: true }).kind).toBe('refused');
  });
});
