import { decodeForwarded } from '../../../lib/http/forwarded-content.js';
import { parseXfcc } from '../../../lib/http/xfcc.js';
import { derValues } from '../../../lib/tls/der.js';
import { formatDistinguishedName, isSameName, parseCertificateName, parseDistinguishedName } from '../../../lib/tls/distinguished-name.js';
import { toPemText } from '../../../lib/tls/pem-text.js';
import { altNames } from '../../../lib/tls/subject-alt-name.js';
import { holds, type Target } from '../target.js';

/** A certificate of nobody, for P-256, that has expired: what matters is its form. */
export const CERTIFICATE =
  'MIIBITCByKADAgECAgEBMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBFJvb3QwHhcNMjAwMTAxMDAwMDAwWhcNMjEwMTAxMDAwMDAwWjAQMQ4wDAYDVQQDDAVhbGljZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfWjEzARMA8GA1UdEQQIMAaCBGEuYjAKBggqhkjOPQQDAgNIADBFAiEA0000000000000000000000000000000000000000000CIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB';
const PEM = `-----BEGIN CERTIFICATE-----\n${CERTIFICATE.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`;
const FORMATS = ['rfc9440', 'xfcc', 'pem', 'der-base64'] as const;

function checkShape(text: string, format: (typeof FORMATS)[number], hop: 'first' | 'last' | undefined): void {
  const shape = { format, ...(hop !== undefined && { hop }) };
  const content = decodeForwarded(text, shape);
  decodeForwarded(text, { ...shape, isChain: true }, true);
  if (content.kind === 'certificate') holds(content.certificate.raw.length > 0, 'has a certificate without octets');
  if (hop === undefined && format !== 'xfcc' && text.includes(',')) holds(content.kind === 'refused', 'chooses among several');
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
      for (const format of FORMATS) for (const hop of [undefined, 'first', 'last'] as const) checkShape(text, format, hop);
    },
  },
  {
    name: 'xfcc',
    seeds: ['By=spiffe://a;Hash=ab;URI=spiffe://b', 'Hash=a,Hash=b', 'Subject="CN=a, O=\\"b\\"";DNS=x;DNS=y', 'URI=', 'Cert=""'],
    words: ['Hash=', 'Cert="', 'Subject="', 'URI=', ';', ',', '\\"', ' ', '"'],
    check(_, text) {
      const elements = parseXfcc(text);
      if (elements === undefined) return;
      const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
      const written = elements.map((pairs) => pairs.map(({ key, value }) => `${key}=${quoted(value)}`).join(';')).join(',');
      holds(JSON.stringify(parseXfcc(written)) === JSON.stringify(elements), 'is read as something else when it is written again');
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
      for (const parse of [parseDistinguishedName, parseCertificateName]) {
        const name = parse(text);
        if (name === undefined || name.length === 0) continue;
        const again = parseDistinguishedName(formatDistinguishedName(name));
        holds(again !== undefined && isSameName(name, again), 'is another name when it is written again');
        holds(JSON.stringify(again) === JSON.stringify(name), 'loses something when it is written again');
      }
    },
  },
  {
    name: 'alternative-names',
    seeds: ['DNS:a.test, URI:spiffe://a', 'DNS:"a, URI:b"', 'email:a@b.c', 'IP Address:127.0.0.1, othername:<unsupported>'],
    words: ['DNS:', 'URI:', ', ', '"', '\\"', '\\u0000', 'email:', '\\x'],
    check(_, text) {
      for (const kind of ['DNS', 'URI', 'email'] as const) altNames(text, kind);
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
    },
  },
];
