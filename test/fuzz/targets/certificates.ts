import { decodeForwarded } from '../../../lib/http/forwarded-content.js';
import { parseXfcc } from '../../../lib/http/xfcc.js';
import { derValues } from '../../../lib/tls/der.js';
import { formatDistinguishedName, isSameName, parseCertificateName, parseDistinguishedName } from '../../../lib/tls/distinguished-name.js';
import { toPemText } from '../../../lib/tls/pem-text.js';
import { altNames } from '../../../lib/tls/subject-alt-name.js';
import { holds, type Target } from '../target.js';

/** A certificate that nothing trusts, whose key was thrown away: what matters is its form. */
export const CERTIFICATE =
  'MIIBrDCCAVKgAwIBAgIUWvDbc06Tdn9t4f9EQkzWg9UTAO8wCgYIKoZIzj0EAwIwHzEOMAwGA1UEAwwFYWxpY2UxDTALBgNVBAoMBEFjbWUwHhcNMjYxMTI5MTUwMDUxWhcNMjYxMTMwMTUwMDUxWjAfMQ4wDAYDVQQDDAVhbGljZTENMAsGA1UECgwEQWNtZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEzy8BUWP1FnUwfNd/HKWQZ/ekL3/qbvq3X0ro70BFchHpSPpeJpyX8p3gY0PlyQi6IwQUM+dAqcX8A0WncWWzmjbDBqMB0GA1UdDgQWBBQRfdwXwomBiHAeky2xTuwINAcLhDAfBgNVHSMEGDAWgBQRfdwXwomBiHAeky2xTuwINAcLhDAPBgNVHRMBAf8EBTADAQH/MBcGA1UdEQQQMA6GDHNwaWZmZTovL2EvYjAKBggqhkjOPQQDAgNIADBFAiAC3ZGNCAVjlWQ8rpg9VDxwCoEgHhozt29FjC+LZVSyywIhAMxsAB57SQaSbIL8GQgjIrTsXl2E9bVSO5MhdSQIpCt4';
const PEM = `-----BEGIN CERTIFICATE-----\n${CERTIFICATE.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`;
const FORMATS = ['rfc9440', 'xfcc', 'pem', 'der-base64'] as const;

function checkShape(text: string, format: (typeof FORMATS)[number], hop: 'first' | 'last' | undefined): boolean {
  const shape = { format, ...(hop !== undefined && { hop }) };
  const content = decodeForwarded(text, shape);
  decodeForwarded(text, { ...shape, isChain: true }, true);
  if (content.kind === 'certificate') holds(content.certificate.raw.length > 0, 'has a certificate without octets');
  if (hop === undefined && format !== 'xfcc' && text.includes(',')) holds(content.kind === 'refused', 'chooses among several');
  return content.kind === 'certificate';
}

export const certificateTargets: readonly Target[] = [
  {
    name: 'forwarded-certificate',
    seeds: [
      `:${CERTIFICATE}:`,
      CERTIFICATE,
      encodeURIComponent(PEM),
      PEM.replaceAll('\n', ' '),
      `${CERTIFICATE},${CERTIFICATE}`,
      `Hash=ab;Cert="${encodeURIComponent(PEM)}";URI=spiffe://a/b`,
    ],
    words: [':', ',', '%0A', '-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '=', 'Cert="', '";', 'URI=', '%', CERTIFICATE],
    check(_, text) {
      const hops = [undefined, 'first', 'last'] as const;
      return FORMATS.flatMap((format) => hops.map((hop) => checkShape(text, format, hop))).includes(true);
    },
  },
  {
    name: 'xfcc',
    seeds: ['By=spiffe://a;Hash=ab;URI=spiffe://b', 'Hash=a,Hash=b', 'Subject="CN=a, O=\\"b\\"";DNS=x;DNS=y', 'URI=', 'Cert=""'],
    words: ['Hash=', 'Cert="', 'Subject="', 'URI=', ';', ',', '\\"', ' ', '"'],
    check(_, text) {
      const elements = parseXfcc(text);
      if (elements === undefined) return false;
      const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
      const written = elements.map((pairs) => pairs.map(({ key, value }) => `${key}=${quoted(value)}`).join(';')).join(',');
      holds(JSON.stringify(parseXfcc(written)) === JSON.stringify(elements), 'is read as something else when it is written again');
      return true;
    },
  },
  {
    name: 'distinguished-name',
    seeds: [
      'CN=alice,O=Acme,C=LK',
      'CN=a\\,b+OU=x',
      'CN=\\C4\\8D',
      '2.5.4.3=x',
      'CN=\\ a\\ ',
      'emailAddress=a@b.c',
      'C=LK\nO=Acme\nCN=alice',
    ],
    words: ['CN=', ',', '+', '\\', '\\2C', '\\00', '"', '#04', '\n', ' ', 'OID.2.5.4.3=', '\\ff'],
    check(input) {
      const text = input.toString('utf8');
      const names = [parseDistinguishedName(text) ?? [], parseCertificateName(text) ?? []].filter(({ length }) => length > 0);
      for (const name of names) {
        const again = parseDistinguishedName(formatDistinguishedName(name));
        holds(again !== undefined && isSameName(name, again), 'is another name when it is written again');
        holds(JSON.stringify(again) === JSON.stringify(name), 'loses something when it is written again');
      }
      return names.length > 0;
    },
  },
  {
    name: 'alternative-names',
    seeds: ['DNS:a.test, URI:spiffe://a', 'DNS:"a, URI:b"', 'email:a@b.c', 'IP Address:127.0.0.1, othername:<unsupported>'],
    words: ['DNS:', 'URI:', ', ', '"', '\\"', '\\u0000', 'email:', '\\x'],
    check(_, text) {
      const kinds = ['DNS', 'URI', 'email'] as const;
      return kinds.some((kind) => (altNames(text, kind) ?? []).length > 0);
    },
  },
  {
    name: 'der',
    seeds: [Buffer.from(CERTIFICATE, 'base64'), Buffer.from('3003020101', 'hex'), PEM, CERTIFICATE],
    words: ['\x30\x80', '\x30\x84', '\x02\x01', '\xff\xff\xff\xff', '\\n', '-----BEGIN', '"'],
    check(input, text) {
      const values = derValues(input);
      const length = values?.reduce((sum, { content }) => sum + content.length, 0) ?? 0;
      holds(length <= input.length, 'has more octets than it was given');
      for (const { content } of values ?? []) derValues(content);
      const pem = toPemText(text);
      if (pem !== undefined) holds(pem.startsWith('-----BEGIN'), 'is no PEM text');
      return values !== undefined;
    },
  },
];
