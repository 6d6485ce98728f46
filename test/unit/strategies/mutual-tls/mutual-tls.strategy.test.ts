import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Authenticator, type AuthRequest, type Verdict } from 'nest-service-auth';
import type { MutualSslConfig } from '../../../../lib/strategies/mutual-tls/mutual-ssl.config.js';
import { MutualTlsStrategy } from '../../../../lib/strategies/mutual-tls/mutual-tls.strategy.js';
import { type CertificateRequest, createTestCa, type TestCa } from '../../../support/certificates.js';
import { mistakeIn } from '../../../support/mistake-in.js';

const PROXY = '10.0.0.7';
const FORWARDED = { header: 'client-cert' } as const;

const prepare = (config: unknown, trustedProxies: readonly string[] = [PROXY]): Authenticator =>
  new MutualTlsStrategy({ trustedProxies, warn: () => {} }).prepare(config as MutualSslConfig, 'certs');

/** A request over plain TCP, as from a proxy. */
const requestFrom = (remoteAddress: string | undefined, headers: Record<string, string> = {}): AuthRequest => ({
  headers,
  rawHeaders: Object.entries(headers).flat(),
  socket: { remoteAddress } as Socket,
});

const headerOf = (certPem: string): Record<string, string> => ({
  'client-cert': `:${new X509Certificate(certPem).raw.toString('base64')}:`,
});

describe('mutualSslConfig behind a proxy', () => {
  let ca: TestCa;
  beforeAll(async () => {
    ca = await createTestCa({ subject: [{ C: ['LK'] }, { O: ['WSO2'] }, { CN: ['RootCA'] }] });
  });

  const ask = async (request: CertificateRequest, config: MutualSslConfig = {}): Promise<Verdict> => {
    const { certPem } = await ca.issue(request);
    return prepare({ forwarded: FORWARDED, ...config }).authenticate(requestFrom(PROXY, headerOf(certPem)));
  };

  it('makes a principal of the certificate', async () => {
    const { certPem } = await ca.issue({ subject: [{ O: ['Acme'] }, { CN: ['alice'] }] });
    const { fingerprint256, serialNumber, validTo } = new X509Certificate(certPem);
    const verdict = prepare({ forwarded: FORWARDED }).authenticate(requestFrom(PROXY, headerOf(certPem)));
    expect(verdict).toEqual({
      outcome: 'accepted',
      principal: {
        scheme: 'certs',
        method: 'mtls',
        username: 'alice',
        scopes: [],
        roles: [],
        permissions: [],
        claims: {},
        certificate: {
          subject: 'CN=alice,O=Acme',
          issuer: 'CN=RootCA,O=WSO2,C=LK',
          fingerprint256,
          serialNumber,
          validTo: Date.parse(validTo) / 1000,
        },
      },
    });
  });

  const NAMED: CertificateRequest = {
    subject: [{ O: ['Acme'] }, { CN: ['alice'] }],
    sans: ['alice.example', 'URI:spiffe://test/alice', 'email:alice@example.com'],
  };
  it.each([
    ['CN', 'alice'],
    ['SAN:dns', 'alice.example'],
    ['SAN:uri', 'spiffe://test/alice'],
    ['SAN:email', 'alice@example.com'],
    ['subject', 'CN=alice,O=Acme'],
  ] as const)('takes the user name from %s', async (usernameFrom, username) => {
    expect(await ask(NAMED, { usernameFrom })).toMatchObject({ outcome: 'accepted', principal: { username } });
  });

  it.each<[string, CertificateRequest, MutualSslConfig, string]>([
    ['two common names', { subject: [{ CN: ['alice'] }, { CN: ['admin'] }] }, {}, 'several_common_names'],
    ['two common names in one part', { subject: [{ CN: ['alice', 'admin'] }] }, {}, 'several_common_names'],
    [
      'two common names, whatever names the caller',
      { subject: [{ CN: ['a'] }, { CN: ['b'] }] },
      { usernameFrom: 'subject' },
      'several_common_names',
    ],
    ['a NUL in its common name', { cn: 'admin\0.mallory' }, {}, 'malformed_name'],
    ['a line break in its subject', { subject: [{ O: ['a\nb'] }, { CN: ['alice'] }] }, {}, 'malformed_name'],
    ['no common name', { subject: [{ O: ['Acme'] }] }, {}, 'no_username'],
    ['a blank common name', { cn: '  ' }, {}, 'no_username'],
    ['no name of the kind', { sans: ['a.example'] }, { usernameFrom: 'SAN:uri' }, 'no_username'],
    ['no alternative names', { sans: [] }, { usernameFrom: 'SAN:dns' }, 'no_username'],
    ['two names of the kind', { sans: ['a.example', 'b.example'] }, { usernameFrom: 'SAN:dns' }, 'ambiguous_username'],
    ['a NUL in an alternative name', { sans: ['DNS:a\0b'] }, { usernameFrom: 'SAN:dns' }, 'malformed_name'],
    ['a short RSA key', { keyType: 'rsa', keySize: 1024 }, {}, 'weak_key'],
    ['a validity period that is over', { notBefore: new Date(Date.now() - 2e8), notAfter: new Date(Date.now() - 1e8) }, {}, 'expired'],
    [
      'a validity period that has not begun',
      { notBefore: new Date(Date.now() + 1e7), notAfter: new Date(Date.now() + 2e8) },
      {},
      'not_yet_valid',
    ],
    ['another issuer', {}, { trustedIssuer: 'CN=RootCA' }, 'untrusted_issuer'],
    ['an issuer in another order', {}, { trustedIssuer: 'C=LK,O=WSO2,CN=RootCA' }, 'untrusted_issuer'],
  ])('refuses a certificate with %s', async (_name, request, config, reason) => {
    expect(await ask(request, config)).toEqual({ outcome: 'rejected', reason });
  });

  it.each([['CN=RootCA,O=WSO2,C=LK'], ['CN=RootCA, O=WSO2, C=LK'], [['CN=Other', 'CN=RootCA,O=WSO2,C=LK']]])(
    'takes a certificate of the issuer %j',
    async (trustedIssuer) => {
      expect(await ask({}, { trustedIssuer })).toMatchObject({ outcome: 'accepted' });
    },
  );

  it('takes an elliptic key and a long RSA key', async () => {
    expect(await ask({ keyType: 'rsa' })).toMatchObject({ outcome: 'accepted' });
    expect(await ask({ keyType: 'ed25519' })).toMatchObject({ outcome: 'accepted' });
  });

  it('looks at the header on connections from trusted proxies only', async () => {
    const { certPem } = await ca.issue({ cn: 'alice' });
    const authenticator = prepare({ forwarded: FORWARDED }, ['10.0.0.0/29']);
    expect(authenticator.authenticate(requestFrom('::ffff:10.0.0.7', headerOf(certPem)))).toMatchObject({ outcome: 'accepted' });
    for (const address of ['10.0.0.8', '127.0.0.1', undefined])
      expect(authenticator.authenticate(requestFrom(address, headerOf(certPem)))).toEqual({ outcome: 'absent' });
  });

  it('looks at no header unless it is told to', async () => {
    const { certPem } = await ca.issue({ cn: 'alice' });
    expect(prepare({}).authenticate(requestFrom(PROXY, headerOf(certPem)))).toEqual({ outcome: 'absent' });
  });

  it('finds no caller where the proxy forwards nothing', () => {
    expect(prepare({ forwarded: FORWARDED }).authenticate(requestFrom(PROXY))).toEqual({ outcome: 'absent' });
  });

  it('refuses what the proxy did not verify, under whatever name it says so', async () => {
    const { certPem } = await ca.issue();
    const verify = (name: string) => requestFrom(PROXY, { ...headerOf(certPem), [name]: 'FAILED:unable to verify' });
    expect(prepare({ forwarded: FORWARDED }).authenticate(verify('x-ssl-client-verify'))).toEqual({
      outcome: 'rejected',
      reason: 'not_verified_by_proxy',
    });
    const other = prepare({ forwarded: { header: 'Client-Cert', verifyHeader: 'X-Verified' } });
    expect(other.authenticate(verify('x-verified'))).toEqual({ outcome: 'rejected', reason: 'not_verified_by_proxy' });
    expect(other.authenticate(verify('x-ssl-client-verify'))).toEqual({ outcome: 'rejected', reason: 'not_verified_by_proxy' });
  });

  it.each<[MutualSslConfig['forwarded'], Record<string, string>, string]>([
    [{ header: 'Client-Cert', verifyHeader: 'X-Verified' }, {}, 'rejected'],
    [{ header: 'Client-Cert', verifyHeader: 'X-Verified' }, { 'x-verified': 'SUCCESS' }, 'accepted'],
    [{ header: 'Client-Cert', verified: ['yes'] }, {}, 'rejected'],
    [{ header: 'Client-Cert', verified: ['yes'] }, { 'x-ssl-client-verify': 'yes' }, 'accepted'],
    [{ header: 'Client-Cert', verified: ['yes'] }, { 'x-ssl-client-verify': 'SUCCESS' }, 'rejected'],
    [{ header: 'Client-Cert' }, {}, 'accepted'],
  ])('with %j and %j a certificate is %s: a verify header that is configured must be there', async (forwarded, headers, outcome) => {
    const { certPem } = await ca.issue();
    const request = requestFrom(PROXY, { ...headerOf(certPem), ...headers });
    expect(await prepare({ forwarded }).authenticate(request)).toMatchObject({ outcome });
  });

  it.each<['nginx' | 'haproxy', (pem: string) => string, string, string]>([
    ['nginx', encodeURIComponent, 'SUCCESS', 'FAILED:self-signed certificate'],
    ['haproxy', (pem) => new X509Certificate(pem).raw.toString('base64'), '0', '10'],
  ])('knows what %s writes, and what it calls verified', async (preset, write, good, bad) => {
    const { certPem } = await ca.issue({ cn: 'alice' });
    const authenticator = prepare({ forwarded: preset });
    const ask = (headers: Record<string, string>) => authenticator.authenticate(requestFrom(PROXY, headers));
    const certificate = { 'x-ssl-client-cert': write(certPem) };
    expect(ask({ ...certificate, 'x-ssl-client-verify': good })).toMatchObject({ principal: { username: 'alice' } });
    for (const says of [{ 'x-ssl-client-verify': bad }, { 'x-ssl-client-verify': '' }, {}])
      expect(ask({ ...certificate, ...says })).toEqual({ outcome: 'rejected', reason: 'not_verified_by_proxy' });
    expect(ask({ 'x-ssl-client-verify': good })).toEqual({ outcome: 'absent' });
  });

  it('looks for the caller of each request anew: the connection of a proxy has no caller', async () => {
    const [alice, bob] = await Promise.all([ca.issue({ cn: 'alice' }), ca.issue({ cn: 'bob' })]);
    const authenticator = prepare({ forwarded: FORWARDED });
    const { socket } = requestFrom(PROXY);
    const ask = (headers: Record<string, string>) => authenticator.authenticate({ ...requestFrom(PROXY, headers), socket } as AuthRequest);
    expect(ask(headerOf(alice.certPem))).toMatchObject({ principal: { username: 'alice' } });
    expect(ask(headerOf(bob.certPem))).toMatchObject({ principal: { username: 'bob' } });
    expect(ask({})).toEqual({ outcome: 'absent' });
    expect(ask({ 'client-cert': 'nonsense' })).toMatchObject({ outcome: 'rejected' });
    expect(ask(headerOf(alice.certPem))).toMatchObject({ principal: { username: 'alice' } });
  });

  it('does not take the certificate of the proxy’s own connection for the caller’s', async () => {
    const { certPem } = await ca.issue({ cn: 'proxy' });
    const certificate = new X509Certificate(certPem);
    const own = { authorized: true, getPeerCertificate: () => certificate, getPeerX509Certificate: () => certificate };
    const connectionFrom = (remoteAddress: string) =>
      Object.create(TLSSocket.prototype, Object.getOwnPropertyDescriptors({ ...own, remoteAddress })) as Socket;
    const authenticator = prepare({ forwarded: FORWARDED });
    const ask = (address: string) =>
      authenticator.authenticate({ ...requestFrom(address), socket: connectionFrom(address) } as AuthRequest);
    expect(ask(PROXY)).toEqual({ outcome: 'absent' });
    expect(ask('10.0.0.8')).toMatchObject({ principal: { username: 'proxy' } });
  });

  it('refuses an issuer with two common names, of which one is listed', async () => {
    const two = await createTestCa({ subject: [{ CN: ['Partner CA'] }, { CN: ['Other'] }] });
    const { certPem } = await two.issue({ cn: 'alice' });
    for (const certCNs of [['Partner CA'], ['Other'], ['Partner CA', 'Other']]) {
      const authenticator = prepare({ forwarded: FORWARDED, intermediateCertValidation: { certCNs } });
      expect(authenticator.authenticate(requestFrom(PROXY, headerOf(certPem)))).toEqual({
        outcome: 'rejected',
        reason: 'untrusted_issuer',
      });
    }
  });

  it('refuses a header that holds no certificate', () => {
    const verdict = prepare({ forwarded: FORWARDED }).authenticate(requestFrom(PROXY, { 'client-cert': 'nonsense' }));
    expect(verdict).toEqual({ outcome: 'rejected', reason: 'malformed_forwarded_certificate' });
  });

  it('stops taking a certificate that it remembers when its time is over', async () => {
    const { certPem } = await ca.issue({ cn: 'alice' });
    const authenticator = prepare({ forwarded: FORWARDED });
    expect(authenticator.authenticate(requestFrom(PROXY, headerOf(certPem)))).toMatchObject({ outcome: 'accepted' });
    const clock = Date.now;
    Date.now = () => clock() + 2 * 86_400_000;
    try {
      expect(authenticator.authenticate(requestFrom(PROXY, headerOf(certPem)))).toEqual({ outcome: 'rejected', reason: 'expired' });
    } finally {
      Date.now = clock;
    }
  });

  it('finds no caller in a request without a connection', () => {
    expect(prepare({}).authenticate({ headers: {}, rawHeaders: [] })).toEqual({ outcome: 'absent' });
  });

  it('asks for a client certificate', () => {
    expect(prepare({}).challenges).toEqual([{ scheme: 'ClientCertificate' }]);
  });
});

describe('a mistake in mutualSslConfig', () => {
  const mistake = (config: unknown, trustedProxies: readonly string[] = []): string => mistakeIn(() => prepare(config, trustedProxies));

  it.each<[unknown, RegExp]>([
    [{ usernameFrom: 'cn' }, /^usernameFrom: must be "CN", .* or "subject"$/m],
    [{ userNameFrom: 'CN' }, /^userNameFrom: is not a known field. Did you mean "usernameFrom"\?/],
    [{ trustedIssuer: '' }, /^trustedIssuer: /],
    [{ trustedIssuer: [] }, /^trustedIssuer: /],
    [{ trustedIssuer: 'RootCA' }, /^trustedIssuer: "RootCA" is neither an RFC 4514 name/],
    [{ trustedIssuer: ['CN=a', 'AB:CD'] }, /^trustedIssuer\[1\]: "AB:CD" is neither/],
    [{ forwarded: {} }, /^forwarded.header: has no value/],
    [{ forwarded: { header: 'a b' } }, /^forwarded.header: is not the name of a header field/],
    [{ forwarded: 'apache' }, /^forwarded: must be "rfc9440", "nginx", .* or "cloud-foundry"$/m],
    [{ forwarded: { header: 'x-a', format: 'der' } }, /^forwarded.format: must be "rfc9440", .* or "der-base64"/],
    [{ forwarded: { header: 'x-a', verified: [] } }, /^forwarded.verified: must not be an empty list/],
    [
      { forwarded: { header: 'x-a', verified: ['', ' ok'] } },
      /^forwarded.verified\[0\]: .*\nforwarded.verified\[1\]: cannot be the value of a header/,
    ],
    [{ forwarded: { header: 'client-cert' } }, /^forwarded: .*trustedProxies/],
    [undefined, /must be an object/],
    [{ trustedIssuer: '*' }, /^trustedIssuer: must name an issuer/],
  ])('%j is named', (config, message) => {
    expect(mistake(config)).toMatch(message);
  });

  it('in the trusted proxies is named', () => {
    expect(mistake({ forwarded: FORWARDED }, ['10.0.0.1', 'proxy.local'])).toMatch(
      /trustedProxies\[1\]: "proxy.local" is not an IP address/,
    );
  });

  it('in the header of the verdict is named', () => {
    expect(mistake({ forwarded: { header: 'X-A', verifyHeader: 'x-a' } }, [PROXY])).toMatch(/^forwarded.verifyHeader/);
  });

  it('a fingerprint that a forwarded certificate cannot be checked against is named', () => {
    const trustedIssuer = Array.from({ length: 32 }, () => 'AB').join(':');
    expect(mistake({ trustedIssuer, forwarded: FORWARDED }, [PROXY])).toMatch(
      /^trustedIssuer: must be an RFC 4514 name where certificates are forwarded/,
    );
  });
});
